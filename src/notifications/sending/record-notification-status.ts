import type { Db, Statement } from '../../lib/db.ts';

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

/** Whether a provider's reference names a notification and not a message to a customer. */
export function isNotificationId(reference: string): boolean {
  return reference.startsWith('ntf_');
}

/** Records one status; answers whether it moved its notification. See storeNotificationStatuses. */
export async function recordNotificationStatus(
  tx: Db,
  status: NotificationStatus,
): Promise<boolean> {
  const moved = await tx.query(storeNotificationStatuses([status]));
  return (moved.rowCount ?? 0) > 0;
}

/**
 * Moves notifications forward by their provider's statuses, whatever order these come in and though our own record
 * of the send is not there yet. It settles one whose outcome was unknown, has what failed after all looked at at once
 * (see escalateNotification), and believes nothing of what was never handed over. Runs as rapport_app for the
 * tenants, or as rapport_receiver.
 */
export function storeNotificationStatuses(statuses: NotificationStatus[]): Statement {
  return {
    name: 'store_notification_statuses',
    text: `
      with ranked (status, place) as (
        values ('pending', 1), ('unknown', 2), ('sent', 3), ('failed', 4), ('delivered', 5), ('read', 6)
      ), furthest as (
        select distinct on (x.user_id, x.notification_id) x.*, r.place
          from jsonb_to_recordset($1::jsonb)
            as x (user_id text, notification_id text, status text, error text, provider_message_id text)
          join ranked r on r.status = x.status
         order by x.user_id, x.notification_id, r.place desc
      )
      update notifications n
         set status = f.status, error = f.error, next_attempt_at = null, lease_until = null,
             sent_at = case when f.status = 'failed' then n.sent_at else coalesce(n.sent_at, now()) end,
             provider_message_id = coalesce(f.provider_message_id, n.provider_message_id),
             escalate_at = case
               -- Who looks at it then tells the tenant too, which the receiver may not.
               when f.status = 'failed' and n.kind <> 'test' then now()
               when n.kind not in ('event', 'digest') or n.opened_at is not null then null
               when n.status = 'pending'
                 then now() + make_interval(mins => (t.escalation ->> 'afterMinutes')::integer)
               else n.escalate_at end
        from furthest f, ranked before, notification_targets t
       where n.user_id = f.user_id and n.notification_id = f.notification_id
         and t.user_id = n.user_id and t.notification_target_id = n.notification_target_id
         and before.status = n.status and before.place < f.place
         and (n.status <> 'pending' or n.handed_over_at is not null)`,
    values: [
      JSON.stringify(
        statuses.map((one) => ({
          user_id: one.userId,
          notification_id: one.notificationId,
          status: one.status,
          error: one.error,
          provider_message_id: one.providerMessageId,
        })),
      ),
    ],
  };
}
