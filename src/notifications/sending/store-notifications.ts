import type { Db } from '../../lib/db.ts';
import type { NewId } from '../../lib/ids.ts';
import type { NotificationContent } from '../notification-content.ts';
import { newOpenToken } from '../targets/target-secrets.ts';
import { gatheringDigest } from './gather-digest.ts';
import type { NotificationRef } from './hint-notifications.ts';
import type { DeliveryPlan } from './plan-delivery.ts';

/** A notification to store. */
export type PlannedNotification = {
  userId: string;
  notificationTargetId: string;
  kind: 'event' | 'escalation' | 'test';
  leadEventId: string | null;
  /** Further events that the same message tells of. */
  alsoTold: string[];
  conversationId: string | null;
  /** Null where a digest is escalated: it says what the digest said. */
  content: NotificationContent | null;
  /** The digest that is escalated. */
  digestId: string | null;
  delivery: DeliveryPlan;
};

/**
 * Stores a notification in the transaction that settles what it tells of; answers where to look if it is due
 * now. The same event is stored once for each target and kind, however often it is planned.
 */
export async function storeNotification(
  tx: Db,
  newId: NewId,
  planned: PlannedNotification,
): Promise<NotificationRef | undefined> {
  const { userId, delivery } = planned;
  const notificationId = newId('ntf');
  const digestId =
    delivery.goes === 'in_digest'
      ? await gatheringDigest(tx, newId, planned, delivery.dueAt)
      : planned.digestId;
  const stored = await tx.query(
    `insert into notifications
       (notification_id, user_id, notification_target_id, kind, lead_event_id, also_told,
        conversation_id, content, open_token, digest_id, status, next_attempt_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text,
             case when $11::text = 'pending' then coalesce($12::timestamptz, now()) end)
     on conflict (lead_event_id, notification_target_id, kind) where lead_event_id is not null
       do nothing`,
    [
      notificationId,
      userId,
      planned.notificationTargetId,
      planned.kind,
      planned.leadEventId,
      planned.alsoTold,
      planned.conversationId,
      JSON.stringify(planned.content),
      newOpenToken(),
      digestId,
      delivery.goes === 'in_digest' ? 'in_digest' : 'pending',
      delivery.goes === 'later' ? delivery.at : null,
    ],
  );
  const isDue = (stored.rowCount ?? 0) > 0 && delivery.goes === 'now';
  return isDue ? { userId, notificationId } : undefined;
}
