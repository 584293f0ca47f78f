import type { Db } from '../lib/db.ts';

/**
 * Takes away what happened in conversations and what people were told, or are to be told, of it. A digest that is being sent is taken
 * back while it is not handed over: whoever claims it next tells of the others only.
 */
export async function forgetNotifications(
  tx: Db,
  of: { userId: string; conversationIds: string[] },
): Promise<Record<string, never>> {
  const wanted = [of.userId, of.conversationIds];
  await tx.query(
    `update notifications d
        set lease_until = null
       from notifications i
      where i.user_id = $1 and i.conversation_id = any ($2::text[])
        and d.user_id = $1 and i.digest_id in (d.notification_id, d.digest_id)
        and d.status = 'pending' and d.handed_over_at is null`,
    wanted,
  );
  await tx.query(
    `delete from notifications where user_id = $1 and conversation_id = any ($2::text[])`,
    wanted,
  );
  await tx.query(
    `delete from lead_events where user_id = $1 and conversation_id = any ($2::text[])`,
    wanted,
  );
  return {};
}
