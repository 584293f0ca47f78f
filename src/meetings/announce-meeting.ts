import { type Db, maybeRow } from '../lib/db.ts';
import { writeEvent } from '../realtime/event-kinds.ts';
import type { MeetingRef } from './meeting.ts';
import { isMeeting, Meeting, shownColumns } from './present-meeting.ts';

/**
 * Tells browsers of a meeting as it is now; in every transaction that changes what the API shows of it, after the change.
 * Of a slot nothing is told. After the commit: `publishLook()`.
 */
export async function announceMeeting(tx: Db, { userId, meetingId }: MeetingRef): Promise<void> {
  const meeting = await maybeRow(
    tx,
    Meeting,
    `select ${shownColumns}
       from meetings m
      where m.user_id = $1 and m.meeting_id = $2 and ${isMeeting}`,
    [userId, meetingId],
  );
  if (meeting !== undefined) await writeEvent(tx, userId, { kind: 'meeting', payload: meeting });
}
