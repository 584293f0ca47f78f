import type { Db } from '../../lib/db.ts';
import type { MeetingRow } from '../meeting.ts';
import { oweMessage } from '../telling/owe-messages.ts';
import type { Teller } from './write-meeting.ts';

/** An insert whose answer was lost may still be under way: what it leaves is looked for so much later. */
const underWayMs = 120_000;

/**
 * Gives up what was agreed and cannot be written: the slot is free again, and an event that a lost answer may have
 * left in the calendar has to go. In a turn the answer says so; otherwise the customer is told.
 */
export async function giveUpPending(tx: Db, meeting: MeetingRow, teller: Teller): Promise<void> {
  if (meeting.googleEventId !== null && meeting.googleCalendarId !== null) {
    await tx.query(
      `insert into google_event_removals (user_id, google_calendar_id, google_event_id, due_at)
       values ($1, $2, $3, now() + make_interval(secs => $4 / 1000.0))
       on conflict (user_id, google_calendar_id, google_event_id) do nothing`,
      [meeting.userId, meeting.googleCalendarId, meeting.googleEventId, underWayMs],
    );
  }
  await tx.query(
    `update meetings
        set status = 'cancelled', cancelled_at = now(), google_due_at = null,
            google_lease_id = null, google_lease_until = null
      where user_id = $1 and meeting_id = $2`,
    [meeting.userId, meeting.meetingId],
  );
  if (teller === 'message') await oweMessage(tx, meeting, 'failed');
}
