import type { Db } from '../lib/db.ts';

/** Takes away what a tenant's events say of these contacts and conversations. Last of what a transaction takes away: see Person. */
export async function forgetEvents(
  tx: Db,
  of: { userId: string; contactIds: string[]; conversationIds: string[] },
): Promise<Record<string, never>> {
  await tx.query(
    `delete from realtime_events
      where user_id = $1
        and (payload ->> 'conversationId' = any ($2::text[])
             or payload ->> 'contactId' = any ($3::text[]))`,
    [of.userId, of.conversationIds, of.contactIds],
  );
  return {};
}
