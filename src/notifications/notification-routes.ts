import { z } from 'zod';
import type { Pool } from '../lib/db.ts';
import { Id } from '../lib/http/fields.ts';
import { pageFields, pageSchema, readCursor, toPage } from '../lib/http/page.ts';
import { type Route, tenantRoute } from '../lib/http/route.ts';
import { asTenant } from '../lib/tenant.ts';
import {
  getNotification,
  listNotifications,
  Notification,
  NotificationStatus,
} from './read-notifications.ts';

const tag = 'Notifications';

/** What people were told of leads, and how far it came. */
export function notificationRoutes({ app }: { app: Pool }): Route[] {
  return [
    tenantRoute({
      method: 'get',
      path: '/notifications',
      tag,
      summary: 'List what people were told of leads, newest first',
      status: 200,
      query: z.strictObject({
        ...pageFields,
        conversationId: Id.optional(),
        targetId: Id.optional(),
        status: NotificationStatus.optional(),
      }),
      answer: pageSchema(Notification),
      handle: async ({ userId, query: { limit, cursor, ...filter } }) => {
        const before = readCursor(cursor, z.tuple([Id]))?.[0];
        const found = await asTenant(app, userId, (tx) =>
          listNotifications(tx, { userId, limit: limit + 1, before, filter }),
        );
        return toPage(found, limit, ({ notificationId }) => [notificationId]);
      },
    }),
    tenantRoute({
      method: 'get',
      path: '/notifications/:notificationId',
      tag,
      summary: 'Show a notification and how far it came',
      status: 200,
      params: z.object({ notificationId: Id }),
      answer: Notification,
      problems: [
        { status: 404, code: 'notification.not_found', when: 'there is no such notification' },
      ],
      handle: ({ userId, params: { notificationId } }) =>
        asTenant(app, userId, (tx) => getNotification(tx, { userId, notificationId })),
    }),
  ];
}
