import type { Now } from '../lib/clock.ts';
import type { Db } from '../lib/db.ts';
import type { NewId } from '../lib/ids.ts';
import { announceMeeting } from './announce-meeting.ts';
import { bookingHappened } from './booking-happened.ts';
import { cancelMeeting, type MoveTo, moveMeeting } from './change-meeting.ts';
import { getMeeting } from './list-meetings.ts';
import { lockSlots } from './lock-slots.ts';
import type { MeetingRef } from './meeting.ts';
import { MeetingNotBegun, MeetingNotScheduled, SlotTaken, TimeIsOver } from './meeting-errors.ts';
import type { Meeting } from './present-meeting.ts';
import { readReminderMinutes } from './telling/read-reminder-minutes.ts';

type ChangeDeps = { newId: NewId; now: Now };

/** Calls a meeting off for the business; the customer is told. Once more changes nothing. Throws NotFound, MeetingNotScheduled. */
export async function cancelByBusiness(
  tx: Db,
  deps: ChangeDeps,
  ref: MeetingRef,
  reason: string | undefined,
): Promise<Meeting> {
  const before = await getMeeting(tx, ref, 'lock');
  if (before.status === 'cancelled') return before;
  refuseWhenOver(before, deps.now());
  if (reason !== undefined) {
    await tx.query(
      `update meetings set special_notes = concat_ws(E'\\n', special_notes, 'Called off: ' || $3::text)
        where user_id = $1 and meeting_id = $2`,
      [ref.userId, ref.meetingId, reason],
    );
  }
  const off = await cancelMeeting(tx, ref, { by: 'business' });
  if (off.change === 'not_scheduled') throw notScheduled();
  await bookingHappened(tx, deps.newId, off.meeting, 'cancelled');
  return await getMeeting(tx, ref);
}

/**
 * Moves a meeting for the business; the customer is told. Throws NotFound, MeetingNotScheduled, SlotTaken, and TimeIsOver
 * for a time that has passed.
 */
export async function moveByBusiness(
  tx: Db,
  deps: ChangeDeps,
  ref: MeetingRef,
  to: MoveTo,
): Promise<Meeting> {
  if (to.start <= deps.now()) throw new TimeIsOver('That time is over.');
  await lockSlots(tx, ref.userId);
  const before = await getMeeting(tx, ref, 'lock');
  refuseWhenOver(before, deps.now());
  const reminderMinutes = await readReminderMinutes(tx, { ...before, userId: ref.userId });
  const moved = await moveMeeting(tx, ref, { to, by: 'business', reminderMinutes });
  if (moved.change === 'not_scheduled') throw notScheduled();
  if (moved.change === 'taken') throw new SlotTaken('That time is taken.');
  if (moved.change === 'moved') await bookingHappened(tx, deps.newId, moved.meeting, 'moved');
  return await getMeeting(tx, ref);
}

/** What people write of a meeting, and what they say became of it. */
export type MeetingWords = {
  status?: 'missed' | 'completed' | undefined;
  title?: string | undefined;
  specialNotes?: string | null | undefined;
};

/** Writes what people say of a meeting. Throws NotFound; MeetingNotScheduled or MeetingNotBegun for an outcome it cannot have. */
export async function describeMeeting(
  tx: Db,
  deps: Pick<ChangeDeps, 'now'>,
  ref: MeetingRef,
  words: MeetingWords,
): Promise<Meeting> {
  const before = await getMeeting(tx, ref, 'lock');
  if (words.status !== undefined) {
    if (before.status === 'cancelled' || before.status === 'pending') throw notScheduled();
    if (new Date(before.meetingTime) > deps.now()) {
      throw new MeetingNotBegun('The meeting has not begun.');
    }
  }
  await tx.query(
    `update meetings
        set status = coalesce($3, status), title = coalesce($4, title),
            special_notes = case when $5 then $6 else special_notes end
      where user_id = $1 and meeting_id = $2`,
    [
      ref.userId,
      ref.meetingId,
      words.status ?? null,
      words.title ?? null,
      words.specialNotes !== undefined,
      words.specialNotes ?? null,
    ],
  );
  await announceMeeting(tx, ref);
  return await getMeeting(tx, ref);
}

function refuseWhenOver(meeting: Meeting, now: Date): void {
  const endMs = new Date(meeting.meetingTime).getTime() + meeting.durationMinutes * 60_000;
  if (endMs <= now.getTime()) throw notScheduled();
}

function notScheduled(): MeetingNotScheduled {
  return new MeetingNotScheduled('The meeting is off or over.');
}
