import { z } from 'zod';
import { type Db, maybeRow, rows } from '../lib/db.ts';
import { Timestamp } from '../lib/http/fields.ts';
import { NotFound } from '../lib/http/http-errors.ts';
import { NotificationContent } from './notification-content.ts';
import type { NotificationRef } from './sending/hint-notifications.ts';

/** How far a notification has come. */
export const NotificationStatus = z.enum([
  'pending',
  'sent',
  'delivered',
  'read',
  'failed',
  'unknown',
  'in_digest',
  'cancelled',
]);

/** One message to one target, as the tenant sees it. */
export const Notification = z.object({
  notificationId: z.string(),
  notificationTargetId: z.string(),
  kind: z.enum(['event', 'digest', 'escalation', 'test']),
  status: NotificationStatus,
  leadEventId: z.string().nullable(),
  conversationId: z.string().nullable(),
  content: NotificationContent.nullable().catch(null).meta({
    description: 'Null for a digest: what it says is in the notifications that have its digestId',
  }),
  digestId: z.string().nullable(),
  attempts: z.number().int(),
  nextAttemptAt: Timestamp.nullable(),
  sentAt: Timestamp.nullable(),
  openedAt: Timestamp.nullable(),
  escalateAt: Timestamp.nullable(),
  error: z.string().nullable(),
  createdAt: Timestamp,
});
export type Notification = z.infer<typeof Notification>;

// Not its token: whoever has it may open the conversation.
const notificationColumns = `n.notification_id as "notificationId",
  n.notification_target_id as "notificationTargetId", n.kind, n.status,
  n.lead_event_id as "leadEventId", n.conversation_id as "conversationId", n.content,
  n.digest_id as "digestId", n.attempts, n.next_attempt_at as "nextAttemptAt",
  n.sent_at as "sentAt", n.opened_at as "openedAt", n.escalate_at as "escalateAt", n.error,
  n.created_at as "createdAt"`;

export type NotificationFilter = {
  conversationId?: string | undefined;
  targetId?: string | undefined;
  status?: z.infer<typeof NotificationStatus> | undefined;
};

/** Newest first. */
export function listNotifications(
  tx: Db,
  wanted: {
    userId: string;
    limit: number;
    before: string | undefined;
    filter: NotificationFilter;
  },
): Promise<Notification[]> {
  const { filter } = wanted;
  return rows(
    tx,
    Notification,
    `select ${notificationColumns}
       from notifications n
      where n.user_id = $1
        and ($2::text is null or n.notification_id < $2)
        and ${given(filter.conversationId, 'n.conversation_id', '$3')}
        and ${given(filter.targetId, 'n.notification_target_id', '$4')}
        and ($5::text is null or n.status = $5)
      order by n.notification_id desc
      limit $6`,
    [
      wanted.userId,
      wanted.before ?? null,
      filter.conversationId ?? null,
      filter.targetId ?? null,
      filter.status ?? null,
      wanted.limit,
    ],
  );
}

/** A plan is made for all values at once, and one that must do without the value cannot use its index. */
function given(value: string | undefined, column: string, parameter: string): string {
  return value === undefined ? `${parameter}::text is null` : `${column} = ${parameter}`;
}

/** Throws NotFound. */
export async function getNotification(tx: Db, ref: NotificationRef): Promise<Notification> {
  const notification = await maybeRow(
    tx,
    Notification,
    `select ${notificationColumns}
       from notifications n
      where n.user_id = $1 and n.notification_id = $2`,
    [ref.userId, ref.notificationId],
  );
  if (notification === undefined) throw new NotFound('notification');
  return notification;
}
