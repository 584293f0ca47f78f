import type { Db } from '../../lib/db.ts';
import type { MeetingRow } from '../meeting.ts';
import { oweMessage } from '../telling/owe-messages.ts';
import type { Teller } from './sync-meeting.ts';

/**
 * Gives up what was agreed and cannot be written: the slot is free again, and an event that a lost answer may have
 * left in the calendar has to go. In a turn the answer says so and nothing stays; otherwise the customer is told.
 */
export async function giveUpPending(tx: Db, meeting: MeetingRow, teller: Teller): Promise<void> {
  if (meeting.googleEventId !== null && meeting.googleCalendarId !== null) {
    await oweRemoval(tx, meeting.userId, meeting.googleCalendarId, meeting.googleEventId);
  }
  if (teller === 'answer') {
    await tx.query('delete from meetings where user_id = $1 and meeting_id = $2', [
      meeting.userId,
      meeting.meetingId,
    ]);
    return;
  }
  await tx.query(
    `update meetings
        set status = 'cancelled', cancelled_at = now(), google_due_at = null,
            google_lease_id = null, google_lease_until = null
      where user_id = $1 and meeting_id = $2`,
    [meeting.userId, meeting.meetingId],
  );
  await oweMessage(tx, meeting, 'failed');
}

/** Owes Google the removal of an event whose meeting does not say so any more. */
export async function oweRemoval(
  tx: Db,
  userId: string,
  calendarId: string,
  eventId: string,
): Promise<void> {
  await tx.query(
    `insert into google_event_removals (user_id, google_calendar_id, google_event_id)
     values ($1, $2, $3)
     on conflict (user_id, google_calendar_id, google_event_id) do nothing`,
    [userId, calendarId, eventId],
  );
}
