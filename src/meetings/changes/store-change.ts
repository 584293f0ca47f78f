import { type Db, oneRow, violates } from '../../lib/db.ts';
import { MeetingRow, meetingColumns } from '../meeting.ts';

/** The calendar has this version already; whoever is writing to it now records nothing. */
const asGoogleHasIt = `
  version = m.version + 1, google_version = m.version + 1,
  google_attempts = 0, google_error = null, google_lease_id = null, google_lease_until = null,
  google_updated_at = greatest(m.google_updated_at, $3::timestamptz)`;

/** Stores that the business called a meeting off in its calendar; answers it as it is now. */
export function storeCancelled(tx: Db, meeting: MeetingRow, seenAt: Date): Promise<MeetingRow> {
  return oneRow(
    tx,
    MeetingRow,
    `update meetings m
        set status = 'cancelled', cancelled_at = now(), changed_by = 'business',
            google_due_at = null, ${asGoogleHasIt}
      where m.user_id = $1 and m.meeting_id = $2
      returning ${meetingColumns}`,
    [meeting.userId, meeting.meetingId, seenAt],
  );
}

/** Stores that somebody declined, which calls the meeting off; the calendar is owed that its event goes. */
export function storeDeclined(
  tx: Db,
  meeting: MeetingRow,
  by: 'customer' | 'business',
): Promise<MeetingRow> {
  return oneRow(
    tx,
    MeetingRow,
    `update meetings m
        set status = 'cancelled', cancelled_at = now(), changed_by = $3, version = m.version + 1,
            google_attempts = 0, google_due_at = now()
      where m.user_id = $1 and m.meeting_id = $2
      returning ${meetingColumns}`,
    [meeting.userId, meeting.meetingId, by],
  );
}

/** Where the business put a meeting, and the calendar's time of that. */
export type PutAt = { meetingTime: Date; durationMinutes: number; seenAt: Date };

/**
 * Stores where the business put a meeting in its calendar. Its word counts also where its person has another one then;
 * slots that customers are deciding on there lapse. A link of a video call that is still to come stays due. Answers whether there is another one.
 */
export async function storeMoved(
  tx: Db,
  meeting: MeetingRow,
  to: PutAt,
): Promise<{ meeting: MeetingRow; overlaps: boolean }> {
  await lapseSlotsAt(tx, meeting, to);
  await tx.query('savepoint put_meeting');
  try {
    return { meeting: await putAt(tx, meeting, to, false), overlaps: false };
  } catch (error) {
    if (!violates(error, 'meetings_no_double')) throw error;
    await tx.query('rollback to savepoint put_meeting');
    return { meeting: await putAt(tx, meeting, to, true), overlaps: true };
  }
}

function putAt(tx: Db, meeting: MeetingRow, to: PutAt, mayOverlap: boolean): Promise<MeetingRow> {
  return oneRow(
    tx,
    MeetingRow,
    `update meetings m
        set meeting_time = $4::timestamptz, duration_minutes = $5,
            blocked_until = $4::timestamptz + make_interval(mins => $5)
              + (m.blocked_until - m.meeting_time - make_interval(mins => m.duration_minutes)),
            may_overlap = $6, changed_by = 'business', ${asGoogleHasIt}
      where m.user_id = $1 and m.meeting_id = $2
      returning ${meetingColumns}`,
    [meeting.userId, meeting.meetingId, to.seenAt, to.meetingTime, to.durationMinutes, mayOverlap],
  );
}

async function lapseSlotsAt(tx: Db, meeting: MeetingRow, to: PutAt): Promise<void> {
  await tx.query(
    `update meetings
        set status = 'lapsed'
      where user_id = $1 and person_id = $2 and status = 'held'
        and tstzrange(meeting_time, blocked_until)
            && tstzrange($3::timestamptz, $3::timestamptz + make_interval(mins => $4))`,
    [meeting.userId, meeting.personId, to.meetingTime, to.durationMinutes],
  );
}
