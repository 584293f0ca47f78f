import { type Db, maybeRow, oneRow, violates } from '../lib/db.ts';
import { announceMeeting } from './announce-meeting.ts';
import { lapseHolds } from './lapse-holds.ts';
import { lockSlots } from './lock-slots.ts';
import { type MeetingRef, MeetingRow, meetingColumns } from './meeting.ts';
import { forgetReminders, oweMessage, oweReminders } from './telling/owe-messages.ts';

/** Who changes a meeting; a customer hears of it in the conversation, of what the business does they are told. */
export type ChangedBy = 'customer' | 'business';

/** What became of calling a meeting off. `not_scheduled`: there is none, or it has been. */
export type Cancelled =
  | { change: 'cancelled' | 'already'; meeting: MeetingRow }
  | { change: 'not_scheduled' };

/** What became of moving a meeting. `same`: it is at that time already; `taken`: its person has another one then. */
export type Moved =
  | { change: 'moved'; meeting: MeetingRow }
  | { change: 'same'; meeting: MeetingRow }
  | { change: 'taken' }
  | { change: 'not_scheduled' };

/** Calls a meeting off, once: no reminder is owed any more, and Google is owed the removal. */
export async function cancelMeeting(
  tx: Db,
  ref: MeetingRef,
  { by }: { by: ChangedBy },
): Promise<Cancelled> {
  const before = await lockMeeting(tx, ref);
  if (before?.status === 'cancelled') return { change: 'already', meeting: before };
  if (before === undefined || !isAgreed(before)) return { change: 'not_scheduled' };
  const meeting = await oneRow(
    tx,
    MeetingRow,
    `update meetings m
        set status = 'cancelled', cancelled_at = now(), changed_by = $3, ${owedToGoogle}
      where m.user_id = $1 and m.meeting_id = $2
      returning ${meetingColumns}`,
    [ref.userId, ref.meetingId, by],
  );
  await forgetReminders(tx, meeting);
  if (by === 'business') await oweMessage(tx, meeting, 'cancelled');
  await announceMeeting(tx, meeting);
  return { change: 'cancelled', meeting };
}

/** Where a meeting goes; without a length it keeps its own. */
export type MoveTo = { start: Date; durationMinutes?: number | undefined };

/**
 * Moves a meeting, if its person is free then: the time that has to stay free after it moves along, reminders are owed of
 * the new time, and Google is owed the move. A slot that is held at that time stands in the way as any other: let go of
 * the conversation's own first.
 */
export async function moveMeeting(
  tx: Db,
  ref: MeetingRef,
  { to, by, reminderMinutes }: { to: MoveTo; by: ChangedBy; reminderMinutes: readonly number[] },
): Promise<Moved> {
  await lockSlots(tx, ref.userId);
  const before = await lockMeeting(tx, ref);
  if (before === undefined || !isAgreed(before)) return { change: 'not_scheduled' };
  const durationMinutes = to.durationMinutes ?? before.durationMinutes;
  const isSame =
    to.start.getTime() === before.meetingTime.getTime() &&
    durationMinutes === before.durationMinutes;
  if (isSame) return { change: 'same', meeting: before };
  const meeting = await placeAt(tx, ref, { start: to.start, durationMinutes, by });
  if (meeting === undefined) return { change: 'taken' };
  await oweReminders(tx, meeting, reminderMinutes);
  if (by === 'business') await oweMessage(tx, meeting, 'moved');
  await announceMeeting(tx, meeting);
  return { change: 'moved', meeting };
}

/** A newer version than Google has, to be written at once. */
const owedToGoogle = `
  version = m.version + 1, google_attempts = 0,
  google_due_at = case when m.google_event_id is not null then now() end`;

function lockMeeting(tx: Db, { userId, meetingId }: MeetingRef): Promise<MeetingRow | undefined> {
  return maybeRow(
    tx,
    MeetingRow,
    `select ${meetingColumns}
       from meetings m
      where m.user_id = $1 and m.meeting_id = $2
        for update`,
    [userId, meetingId],
  );
}

function isAgreed({ status }: MeetingRow): boolean {
  return status === 'pending' || status === 'scheduled';
}

/** Undefined where the person has another one then; the transaction goes on all the same. */
async function placeAt(
  tx: Db,
  ref: MeetingRef,
  { start, durationMinutes, by }: { start: Date; durationMinutes: number; by: ChangedBy },
): Promise<MeetingRow | undefined> {
  await lapseHolds(tx, ref);
  await tx.query('savepoint move_meeting');
  try {
    return await oneRow(
      tx,
      MeetingRow,
      `update meetings m
          set meeting_time = $3::timestamptz, duration_minutes = $4,
              blocked_until = $3::timestamptz + make_interval(mins => $4)
                + (m.blocked_until - m.meeting_time - make_interval(mins => m.duration_minutes)),
              may_overlap = false, changed_by = $5, ${owedToGoogle}
        where m.user_id = $1 and m.meeting_id = $2
        returning ${meetingColumns}`,
      [ref.userId, ref.meetingId, start, durationMinutes, by],
    );
  } catch (error) {
    if (!violates(error, 'meetings_no_double')) throw error;
    await tx.query('rollback to savepoint move_meeting');
    return undefined;
  }
}
