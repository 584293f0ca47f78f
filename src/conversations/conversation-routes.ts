import { z } from 'zod';
import { type HintDeps, hint } from '../jobs/hint.ts';
import type { Pool } from '../lib/db.ts';
import { Id, QueryFlag } from '../lib/http/fields.ts';
import { pageFields, pageSchema, readCursor, toPage } from '../lib/http/page.ts';
import { type Route, tenantRoute } from '../lib/http/route.ts';
import { asTenant } from '../lib/tenant.ts';
import { Conversation } from './conversation.ts';
import { ConversationKeys, getConversation, listConversations } from './read-conversations.ts';
import { release } from './release.ts';
import { takeOver } from './take-over.ts';

export type ConversationRouteDeps = HintDeps & { app: Pool; publishLook: () => void };

const tag = 'Conversations';
const params = z.object({ conversationId: Id });
const notFound = {
  status: 404,
  code: 'conversation.not_found',
  when: 'there is no such conversation',
};

/** Conversations to read, to take from the AI and to give back. */
export function conversationRoutes(deps: ConversationRouteDeps): Route[] {
  return [...readRoutes(deps.app), ...handoverRoutes(deps)];
}

function readRoutes(app: Pool): Route[] {
  return [
    tenantRoute({
      method: 'get',
      path: '/conversations',
      tag,
      summary: 'List conversations, those with the newest messages first',
      status: 200,
      query: z.strictObject({
        ...pageFields,
        agentId: Id.optional(),
        handledBy: z.enum(['ai', 'human']).optional(),
        isActive: QueryFlag.optional(),
      }),
      answer: pageSchema(Conversation),
      handle: async ({ userId, query: { limit, cursor, ...filter } }) => {
        const before = readCursor(cursor, ConversationKeys);
        const found = await asTenant(app, userId, (tx) =>
          listConversations(tx, { userId, limit: limit + 1, before, filter }),
        );
        return toPage(found, limit, ({ lastMessageUs, conversationId }) => [
          lastMessageUs,
          conversationId,
        ]);
      },
    }),
    tenantRoute({
      method: 'get',
      path: '/conversations/:conversationId',
      tag,
      summary: 'Show a conversation',
      status: 200,
      params,
      answer: Conversation,
      problems: [notFound],
      handle: ({ userId, params: { conversationId } }) =>
        asTenant(app, userId, (tx) => getConversation(tx, { userId, conversationId })),
    }),
  ];
}

function handoverRoutes(deps: ConversationRouteDeps): Route[] {
  const { app, publishLook } = deps;
  return [
    tenantRoute({
      method: 'post',
      path: '/conversations/:conversationId/takeover',
      tag,
      summary: 'Take a conversation from the AI for a while',
      status: 200,
      params,
      answer: Conversation,
      problems: [notFound],
      handle: async ({ userId, params: { conversationId } }) => {
        const taken = await asTenant(app, userId, (tx) => takeOver(tx, { userId, conversationId }));
        publishLook();
        return taken;
      },
    }),
    tenantRoute({
      method: 'post',
      path: '/conversations/:conversationId/release',
      tag,
      summary: 'Give a conversation back to the AI, which answers what is unanswered',
      status: 200,
      params,
      answer: Conversation,
      problems: [notFound],
      handle: async ({ userId, params: { conversationId } }) => {
        const ref = { userId, conversationId };
        const { conversation, isOwed } = await asTenant(app, userId, (tx) => release(tx, ref));
        publishLook();
        if (isOwed) await hint(deps, 'replies.run', [ref]);
        return conversation;
      },
    }),
  ];
}
