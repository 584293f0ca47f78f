import { z } from 'zod';
import { getConversation } from '../conversations/read-conversations.ts';
import type { Pool } from '../lib/db.ts';
import { Id } from '../lib/http/fields.ts';
import { pageFields, pageSchema, readCursor, toPage } from '../lib/http/page.ts';
import { type Route, tenantRoute } from '../lib/http/route.ts';
import { asTenant } from '../lib/tenant.ts';
import { readTimeline, TimelineKeys, timelineOrders } from './lead-timeline.ts';
import { TimelineItem } from './timeline-pieces.ts';

/** All that happened with a lead, in one order. */
export function leadTimelineRoutes({ app }: { app: Pool }): Route[] {
  return [
    tenantRoute({
      method: 'get',
      path: '/leads/:conversationId/timeline',
      tag: 'Leads',
      summary:
        'All that happened with a lead in one order: messages, clicks, scores, meetings, notifications, credits, model costs',
      status: 200,
      params: z.object({ conversationId: Id }),
      query: z.strictObject({ ...pageFields, order: z.enum(timelineOrders).default('oldest') }),
      answer: pageSchema(TimelineItem),
      problems: [
        { status: 404, code: 'conversation.not_found', when: 'there is no such conversation' },
      ],
      handle: async ({ userId, params: { conversationId }, query: { limit, cursor, order } }) => {
        const after = readCursor(cursor, TimelineKeys);
        const ref = { userId, conversationId };
        const found = await asTenant(app, userId, async (tx) => {
          await getConversation(tx, ref);
          return await readTimeline(tx, { ...ref, order, after, limit: limit + 1 });
        });
        const { data, nextCursor } = toPage(found, limit, ({ keys }) => keys);
        return { data: data.map(({ item }) => item), nextCursor };
      },
    }),
  ];
}
