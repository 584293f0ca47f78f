import { type Db, maybeRow } from '../lib/db.ts';
import { MeetingRow, meetingColumns } from './meeting.ts';

/** A meeting or slot of one conversation; undefined for any other's. `lock` holds the row until the transaction ends. */
export function findMeeting(
  tx: Db,
  of: { userId: string; conversationId: string; meetingId: string },
  lock: 'lock' | 'look' = 'look',
): Promise<MeetingRow | undefined> {
  return maybeRow(
    tx,
    MeetingRow,
    `select ${meetingColumns}
       from meetings m
      where m.user_id = $1 and m.conversation_id = $2 and m.meeting_id = $3
      ${lock === 'lock' ? 'for update' : ''}`,
    [of.userId, of.conversationId, of.meetingId],
  );
}
