import type { Db, Pool } from '../../lib/db.ts';
import type { NewId } from '../../lib/ids.ts';
import { asTenant } from '../../lib/tenant.ts';
import type { NotifyRecord } from './after-notify.ts';
import {
  type NotificationToSettle,
  settleNotification,
  tellOfFailing,
} from './settle-notification.ts';

/** From so many failed attempts on the tenant is told; the first few may be a provider's bad minutes. */
const toldFromAttempt = 4;

/** Our hold on a notification is over: another process has it, or nobody may send it any more. */
export class NotificationLeaseLost extends Error {
  readonly code = 'notification.lease_lost';
}

/**
 * Notes that from now on the provider may have the message, on disk before it resolves, and holds it anew.
 * Throws NotificationLeaseLost if it is not ours any more.
 */
export async function markHandedOver(
  app: Pool,
  notification: Pick<NotificationToSettle, 'userId' | 'notificationId' | 'attempts'>,
  leaseMs: number,
): Promise<void> {
  const { userId, notificationId, attempts } = notification;
  const marked = await asTenant(app, userId, (tx) =>
    tx.query(
      `update notifications
          set handed_over_at = now(), lease_until = now() + make_interval(secs => $4 / 1000.0)
        where user_id = $1 and notification_id = $2 and attempts = $3 and status = 'pending'
          and lease_until > now()`,
      [userId, notificationId, attempts, leaseMs],
    ),
  );
  if (marked.rowCount === 0) throw new NotificationLeaseLost('another holds this notification');
}

/** What else waits for a target that fails is put off for so long at most. */
const longestPutOffMs = 60_000;

/**
 * Spares the other messages to a target that just failed, so that one which answers nothing does not keep the
 * workers and the sweep from everybody else's.
 */
async function putOffOthers(
  tx: Db,
  { userId, notificationId, notificationTargetId }: NotificationToSettle,
  inMs: number,
): Promise<void> {
  await tx.query(
    `update notifications n set next_attempt_at = o.until
       from (select notification_id, now() + make_interval(secs => $4 / 1000.0) as until
               from notifications
              where user_id = $1 and notification_target_id = $3 and notification_id <> $2
                and status = 'pending' and kind <> 'test' and lease_until is null
                and next_attempt_at < now() + make_interval(secs => $4 / 1000.0)
                for update skip locked) o
      where n.user_id = $1 and n.notification_id = o.notification_id`,
    [userId, notificationId, notificationTargetId, Math.min(inMs, longestPutOffMs)],
  );
}

/** Writes down what became of an attempt; answers whether it was still ours to say. */
export function recordOutcome(
  deps: { app: Pool; newId: NewId },
  notification: NotificationToSettle,
  record: NotifyRecord,
): Promise<boolean> {
  return asTenant(deps.app, notification.userId, async (tx) => {
    switch (record.result) {
      case 'sent':
        return settleNotification(deps, tx, notification, {
          status: 'sent',
          error: null,
          providerMessageId: record.providerMessageId,
        });
      case 'again': {
        const updated = await tx.query(
          `update notifications
              set next_attempt_at = now() + make_interval(secs => $4 / 1000.0), error = $5,
                  lease_until = null, handed_over_at = null
            where user_id = $1 and notification_id = $2 and attempts = $3 and status = 'pending'`,
          [
            notification.userId,
            notification.notificationId,
            notification.attempts,
            record.inMs,
            record.error,
          ],
        );
        if (updated.rowCount === 0) return false;
        await putOffOthers(tx, notification, record.inMs);
        if (notification.attempts >= toldFromAttempt) {
          await tellOfFailing(deps, tx, notification, record.error);
        }
        return true;
      }
      default:
        return settleNotification(deps, tx, notification, {
          status: record.result,
          error: record.error,
        });
    }
  });
}
