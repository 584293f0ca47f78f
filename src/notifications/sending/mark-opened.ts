import type { Db } from '../../lib/db.ts';

/**
 * Somebody has opened a notification: the first time stays, and nobody is told by escalation any more, neither for it
 * nor for another of the same event. The digest that carried it counts as opened too. As often as you like.
 */
export async function markOpened(
  tx: Db,
  opened: { userId: string; notificationId: string; now: Date },
): Promise<void> {
  await tx.query(
    `with here as (
       select notification_id, digest_id, lead_event_id
         from notifications
        where user_id = $1 and notification_id = $2
     )
     update notifications n
        set opened_at = case when n.notification_id in (h.notification_id, h.digest_id)
                          then coalesce(n.opened_at, $3) else n.opened_at end,
            escalate_at = null
       from here h
      where n.user_id = $1
        and (n.notification_id in (h.notification_id, h.digest_id) or n.lead_event_id = h.lead_event_id)
        and (n.escalate_at is not null
          or (n.opened_at is null and n.notification_id in (h.notification_id, h.digest_id)))`,
    [opened.userId, opened.notificationId, opened.now],
  );
}
