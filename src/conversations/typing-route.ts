import { z } from 'zod';
import type { Pool } from '../lib/db.ts';
import { Id } from '../lib/http/fields.ts';
import { Nothing, type Route, tenantRoute } from '../lib/http/route.ts';
import { asTenant } from '../lib/tenant.ts';
import { getConversation } from './read-conversations.ts';

export type TypingRouteDeps = {
  app: Pool;
  /** Says that a person of the business is writing, to whoever is there to see it. */
  publishPersonTyping: (conversation: { userId: string; conversationId: string }) => void;
};

/** `POST /conversations/:id/typing`: where the customer can be shown it, they see that a person is writing. */
export function typingRoute({ app, publishPersonTyping }: TypingRouteDeps): Route {
  return tenantRoute({
    method: 'post',
    path: '/conversations/:conversationId/typing',
    tag: 'Conversations',
    summary: 'Show that a person is writing, for some seconds; say it again while they are',
    status: 204,
    params: z.object({ conversationId: Id }),
    answer: Nothing,
    problems: [
      { status: 404, code: 'conversation.not_found', when: 'there is no such conversation' },
    ],
    handle: async ({ userId, params: { conversationId } }) => {
      const ref = { userId, conversationId };
      await asTenant(app, userId, (tx) => getConversation(tx, ref));
      publishPersonTyping(ref);
    },
  });
}
