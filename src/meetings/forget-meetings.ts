import type { Db } from '../lib/db.ts';

/**
 * Takes away the meetings of conversations, held slots and owed messages with them. Their events, which name the
 * person, are owed to Google as removals that outlive the meetings.
 */
export async function forgetMeetings(
  tx: Db,
  of: { userId: string; conversationIds: string[] },
): Promise<Record<string, never>> {
  await tx.query(
    `insert into google_event_removals (user_id, google_calendar_id, google_event_id)
     select user_id, google_calendar_id, google_event_id
       from meetings
      where user_id = $1 and conversation_id = any ($2::text[])
        and google_calendar_id is not null and google_event_id is not null
     on conflict do nothing`,
    [of.userId, of.conversationIds],
  );
  await tx.query('delete from meetings where user_id = $1 and conversation_id = any ($2::text[])', [
    of.userId,
    of.conversationIds,
  ]);
  return {};
}
