import type { Db } from '../lib/db.ts';

/** What a provider says of a message that it sent for us. */
export type NotificationStatus = {
  userId: string;
  /** Our id, which the provider was given with the message. */
  notificationId: string;
  status: 'sent' | 'delivered' | 'read' | 'failed';
  /** The provider's reason, for `failed`. */
  error: string | null;
  providerMessageId: string | null;
};

/**
 * Moves a notification forward by its provider's status, whatever order statuses come in and though our own
 * record of the send is not there yet; answers whether it moved. It settles one whose outcome was unknown. What
 * failed after all is escalated at once. Runs as rapport_app for the tenant, or as rapport_receiver.
 */
export async function recordNotificationStatus(
  tx: Db,
  status: NotificationStatus,
): Promise<boolean> {
  const moved = await tx.query(
    `update notifications n
        set status = $3, error = $4, next_attempt_at = null, lease_until = null,
            sent_at = case when $3 = 'failed' then n.sent_at else coalesce(n.sent_at, now()) end,
            provider_message_id = coalesce($5, n.provider_message_id),
            escalate_at = case
              when n.kind not in ('event', 'digest') or n.opened_at is not null then null
              when $3 = 'failed' and (n.escalate_at is not null or n.status = 'pending')
                then case when t.escalation is not null then now() end
              when n.status = 'pending'
                then now() + make_interval(mins => (t.escalation ->> 'afterMinutes')::integer)
              else n.escalate_at end
       from notification_targets t
      where n.user_id = $1 and n.notification_id = $2
        and t.user_id = n.user_id and t.notification_target_id = n.notification_target_id
        and (n.status <> 'pending' or n.handed_over_at is not null)
        and array_position(array['pending', 'unknown', 'sent', 'failed', 'delivered', 'read'], n.status::text)
          < array_position(array['pending', 'unknown', 'sent', 'failed', 'delivered', 'read'], $3)`,
    [status.userId, status.notificationId, status.status, status.error, status.providerMessageId],
  );
  return (moved.rowCount ?? 0) > 0;
}
