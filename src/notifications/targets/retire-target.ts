import type { Db } from '../../lib/db.ts';
import { NotFound } from '../../lib/http/http-errors.ts';
import { resolveNotices } from '../notices.ts';
import type { TargetRef } from './targets.ts';

/** The kind of notice that says that a target does not get what is sent to it. */
export const targetFailingNotice = 'notification_target.failing';

/** What waits for a target is not sent any more, except what a provider may have already. */
export async function cancelWaiting(tx: Db, ref: TargetRef): Promise<void> {
  await tx.query(
    `update notifications n
        set status = 'cancelled', next_attempt_at = null, lease_until = null
      where n.user_id = $1 and n.notification_target_id = $2 and n.status = 'in_digest'
        and exists (select from notifications d
                     where d.user_id = n.user_id and d.notification_id = n.digest_id
                       and d.status = 'pending' and d.handed_over_at is null)`,
    [ref.userId, ref.notificationTargetId],
  );
  await tx.query(
    `update notifications
        set status = 'cancelled', next_attempt_at = null, lease_until = null
      where user_id = $1 and notification_target_id = $2 and status = 'pending'
        and handed_over_at is null`,
    [ref.userId, ref.notificationTargetId],
  );
}

/**
 * Removes a target: it is forgotten if nothing was ever planned for it; else its row stays for what was sent,
 * without its address and secret. Nobody escalates to it any more. Throws NotFound.
 */
export async function deleteTarget(tx: Db, ref: TargetRef): Promise<void> {
  const values = [ref.userId, ref.notificationTargetId];
  // Who plans something for it right now holds a key share of its row: wait, so that it is seen below.
  await tx.query(
    `select from notification_targets
      where user_id = $1 and notification_target_id = $2 for update`,
    values,
  );
  const removed = await tx.query(
    `update notification_targets
        set deleted_at = now(), is_active = false, address = '', secret = null, escalation = null
      where user_id = $1 and notification_target_id = $2 and deleted_at is null`,
    values,
  );
  if (removed.rowCount === 0) throw new NotFound('notification_target');
  await cancelWaiting(tx, ref);
  await resolveNotices(tx, {
    userId: ref.userId,
    kind: targetFailingNotice,
    dedupeKey: ref.notificationTargetId,
  });
  await tx.query(
    `update notification_targets set escalation = null
      where user_id = $1 and escalation ->> 'toTargetId' = $2`,
    values,
  );
  await tx.query(
    `delete from notification_targets t
      where t.user_id = $1 and t.notification_target_id = $2
        and not exists (select from notifications n
                         where n.user_id = $1 and n.notification_target_id = $2)`,
    values,
  );
}
