import { type Db, retryDeadlocks } from '../../lib/db.ts';
import { asTenant } from '../../lib/tenant.ts';
import { bookingHappened } from '../booking-happened.ts';
import { cancelMeeting, type Moved, moveMeeting } from '../change-meeting.ts';
import { findMeeting } from '../find-meeting.ts';
import { lapseHolds } from '../lapse-holds.ts';
import { lockSlots } from '../lock-slots.ts';
import { isSlot, type MeetingRow } from '../meeting.ts';
import { oweUnlessAnswered } from '../telling/owe-messages.ts';
import { readReminderMinutes } from '../telling/read-reminder-minutes.ts';
import type { Booker, BookingDeps } from './booking-deps.ts';
import { readBookingFacts } from './booking-facts.ts';
import { checkSlot } from './check-slot.ts';
import { writeMeeting } from './write-meeting.ts';

/** What became of what a customer wanted changed. `gone`: the business had taken it out of its calendar. */
export type Changed =
  | { changed: 'done' | 'already'; meeting: MeetingRow }
  | { changed: 'unknown_meeting' | 'unknown_slot' | 'over' | 'taken' | 'gone' }
  | { changed: 'calendar_needs_attention' | 'calendar_unavailable' };

/** Calls off a meeting of the conversation. It is off at once; the calendar hears of it now or by the sweep. */
export async function cancelBooking(
  deps: BookingDeps,
  asked: Booker & { meetingId: string },
): Promise<Changed> {
  const { userId, meetingId } = asked;
  const changed = await retryDeadlocks(() =>
    asTenant(deps.app, userId, (tx) => callOff(tx, deps, asked)),
  );
  deps.publishLook();
  if (changed.changed === 'done') await writeMeeting(deps, { userId, meetingId }, 'answer');
  return changed;
}

async function callOff(
  tx: Db,
  deps: BookingDeps,
  asked: Booker & { meetingId: string },
): Promise<Changed> {
  const { userId, meetingId } = asked;
  const meeting = await findMeeting(tx, asked, 'lock');
  if (meeting === undefined || isSlot(meeting)) return { changed: 'unknown_meeting' };
  if (meeting.meetingTime <= deps.now()) return { changed: 'over' };
  const off = await cancelMeeting(tx, { userId, meetingId }, { by: 'customer' });
  if (off.change === 'not_scheduled') return { changed: 'over' };
  if (off.change === 'already') return { changed: 'already', meeting: off.meeting };
  await bookingHappened(tx, deps.newId, off.meeting, 'cancelled');
  await oweUnlessAnswered(tx, off.meeting, 'cancelled');
  return { changed: 'done', meeting: off.meeting };
}

type MoveAsked = Booker & { meetingId: string; slotId: string };

/**
 * Moves a meeting of the conversation to a slot that was offered in it. The new time counts at once; the calendar hears
 * of it now or by the sweep. With a calendar that lets nobody in, nothing is moved.
 */
export async function moveBooking(deps: BookingDeps, asked: MoveAsked): Promise<Changed> {
  const { userId, meetingId } = asked;
  const known = await asTenant(deps.app, userId, async (tx) => ({
    facts: await readBookingFacts(tx, asked),
    slot: await findMeeting(tx, { ...asked, meetingId: asked.slotId }),
  }));
  const { facts, slot } = known;
  if (facts?.connection?.status === 'needs_attention') {
    return { changed: 'calendar_needs_attention' };
  }
  if (facts === undefined || slot === undefined || !isSlot(slot)) {
    return { changed: 'unknown_slot' };
  }
  const obstacle = await checkSlot(deps, asked, { facts, slot });
  if (obstacle !== undefined) return { changed: obstacle === 'too_late' ? 'taken' : obstacle };
  const changed = await retryDeadlocks(() =>
    asTenant(deps.app, userId, (tx) => moveToSlot(tx, deps, asked)),
  );
  deps.publishLook();
  if (changed.changed !== 'done') return changed;
  const { result } = await writeMeeting(deps, { userId, meetingId }, 'answer');
  return result === 'gone' ? { changed: 'gone' } : changed;
}

async function moveToSlot(tx: Db, deps: BookingDeps, asked: MoveAsked): Promise<Changed> {
  const { userId, meetingId, conversationId } = asked;
  await lockSlots(tx, userId);
  const meeting = await findMeeting(tx, asked, 'lock');
  if (meeting === undefined || isSlot(meeting)) return { changed: 'unknown_meeting' };
  if (meeting.meetingTime <= deps.now()) return { changed: 'over' };
  const slot = await findMeeting(tx, { ...asked, meetingId: asked.slotId }, 'lock');
  if (slot === undefined || !isSlot(slot) || !isFor(meeting, slot))
    return { changed: 'unknown_slot' };
  if (slot.meetingTime <= deps.now()) return { changed: 'taken' };
  await lapseHolds(tx, { userId, conversationId });
  const to = { start: slot.meetingTime };
  const reminderMinutes = await readReminderMinutes(tx, meeting);
  const ref = { userId, meetingId };
  return changedBy(tx, deps, await moveMeeting(tx, ref, { to, by: 'customer', reminderMinutes }));
}

async function changedBy(tx: Db, deps: BookingDeps, moved: Moved): Promise<Changed> {
  switch (moved.change) {
    case 'taken':
      return { changed: 'taken' };
    case 'not_scheduled':
      return { changed: 'over' };
    case 'same':
      return { changed: 'already', meeting: moved.meeting };
    case 'moved':
      await bookingHappened(tx, deps.newId, moved.meeting, 'moved');
      await oweUnlessAnswered(tx, moved.meeting, 'moved');
      return { changed: 'done', meeting: moved.meeting };
  }
}

/** A slot that was offered for something else may be of another length, and not free for this one. */
function isFor(meeting: MeetingRow, slot: MeetingRow): boolean {
  return (
    slot.personId === meeting.personId &&
    slot.durationMinutes === meeting.durationMinutes &&
    slot.service === meeting.service
  );
}
