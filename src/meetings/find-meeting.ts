import { type Db, maybeRow } from '../lib/db.ts';
import { MeetingRow, meetingColumns } from './meeting.ts';

/**
 * A meeting of one customer, in whichever of their conversations, or a slot that was offered in this one; undefined for
 * anybody else's. `lock` holds the row until the
 * transaction ends.
 */
export function findMeeting(
  tx: Db,
  of: { userId: string; conversationId: string; contactId: string; meetingId: string },
  lock: 'lock' | 'look' = 'look',
): Promise<MeetingRow | undefined> {
  return maybeRow(
    tx,
    MeetingRow,
    `select ${meetingColumns}
       from meetings m
      where m.user_id = $1 and m.meeting_id = $3
        and (m.conversation_id = $2
          or (m.contact_id = $4 and m.status not in ('held', 'lapsed')))
      ${lock === 'lock' ? 'for update' : ''}`,
    [of.userId, of.conversationId, of.meetingId, of.contactId],
  );
}
