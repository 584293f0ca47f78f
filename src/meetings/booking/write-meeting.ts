import { backoffMs } from '../../lib/clock.ts';
import { type Db, retryDeadlocks } from '../../lib/db.ts';
import { errorText } from '../../lib/errors.ts';
import { asTenant } from '../../lib/tenant.ts';
import type { CalendarAccess, CalendarEvent, EventRef } from '../calendar.ts';
import {
  CalendarNeedsAttention,
  CalendarRefused,
  CalendarUnavailable,
  NoCalendarConnected,
} from '../calendar-errors.ts';
import { ensureSync } from '../changes/ensure-sync.ts';
import { findElsewhere } from '../changes/find-elsewhere.ts';
import { lockSlots } from '../lock-slots.ts';
import { endOf, type MeetingRow } from '../meeting.ts';
import type { BookingDeps } from './booking-deps.ts';
import { type ClaimedWrite, claimWrite, lockClaimed, type WriteRef } from './claim-write.ts';
import { decideWrite, type WriteAnswer } from './decide-write.ts';
import { eventToWrite } from './event-to-write.ts';
import { recordAnswer, recordFailure } from './record-write.ts';

/** Who tells the customer that a booking is through: the answer that is being written, or a message of its own. */
export type Teller = 'answer' | 'message';

/** What writing to the calendar came to. `failed`: it does not take this meeting, now or ever. */
export type Written = {
  result: 'done' | 'not_due' | 'later' | 'needs_attention' | 'failed' | 'gone';
};

/**
 * Writes what Google is owed of a meeting: the event, its new time, or that it is off. Whoever dies in the middle leaves
 * it due, and the event's id is the same at every try, so that it is there once. The calendar is asked with no
 * transaction open.
 */
export async function writeMeeting(
  deps: BookingDeps,
  ref: WriteRef,
  teller: Teller,
): Promise<Written> {
  const leaseId = deps.newId('wrk');
  const claimed = await claimWrite(deps.app, { ...ref, leaseId });
  if (claimed === undefined) return { result: 'not_due' };
  const ours = { claimed, leaseId, teller };
  try {
    const answer = await write(deps, claimed);
    return await record(deps, ours, (tx, meeting) =>
      recordAnswer(tx, deps, { ...ours, meeting, answer }),
    );
  } catch (error) {
    const failure = failureOf(deps, claimed, error);
    if (failure === undefined) throw error;
    deps.log.warn('a meeting could not be written to the calendar', {
      userId: ref.userId,
      meetingId: ref.meetingId,
      failure: failure.failure,
      attempts: claimed.attempts,
      error: errorText(error),
    });
    return await record(deps, ours, (tx, meeting) =>
      recordFailure(tx, deps, { ...ours, meeting, ...failure }),
    );
  } finally {
    deps.publishLook();
  }
}

/** Records under the lease. Locks are taken in one order everywhere: the calendar's reading, the slots, the meeting. */
function record(
  { app }: BookingDeps,
  { claimed, leaseId }: { claimed: ClaimedWrite; leaseId: string },
  work: (tx: Db, meeting: MeetingRow) => Promise<Written>,
): Promise<Written> {
  const { userId, googleCalendarId } = claimed;
  return retryDeadlocks(() =>
    asTenant(app, userId, async (tx) => {
      if (googleCalendarId !== null) await ensureSync(tx, userId, googleCalendarId);
      await lockSlots(tx, userId);
      const meeting = await lockClaimed(tx, claimed, leaseId);
      return meeting === undefined ? { result: 'later' } : work(tx, meeting);
    }),
  );
}

async function write(deps: BookingDeps, claimed: ClaimedWrite): Promise<WriteAnswer> {
  const decision = decideWrite(claimed);
  const { googleEventId: eventId, googleCalendarId: calendarId } = claimed;
  if (decision === 'nothing' || eventId === null || calendarId === null) {
    return { answer: 'nothing' };
  }
  const ref = { calendarId, eventId };
  const { calendar } = deps;
  const ask = async (access: CalendarAccess): Promise<WriteAnswer> => {
    switch (decision) {
      case 'insert': {
        const event = eventToWrite(claimed, eventId);
        const inserted = await calendar.insert(access, calendarId, event);
        return { answer: 'event', event: inserted.event };
      }
      case 'move':
        return answerOf(deps, access, ref, await calendar.move(access, ref, timesOf(claimed)));
      case 'read':
        return answerOf(deps, access, ref, await calendar.read(access, ref));
      case 'remove':
        await calendar.remove(access, ref);
        return { answer: 'removed' };
    }
  };
  return deps.withCalendar(claimed.userId, ask);
}

async function answerOf(
  { calendar }: BookingDeps,
  access: CalendarAccess,
  ref: EventRef,
  event: CalendarEvent | 'gone',
): Promise<WriteAnswer> {
  if (event !== 'gone' && !event.isCancelled) return { answer: 'event', event };
  const elsewhere = await findElsewhere(calendar, access, ref);
  if (elsewhere === undefined) return { answer: 'gone' };
  return { answer: 'elsewhere', calendarId: elsewhere.calendarId };
}

function timesOf(claimed: ClaimedWrite): { start: Date; end: Date; timeZone: string } {
  return { start: claimed.meetingTime, end: endOf(claimed), timeZone: claimed.businessTimezone };
}

/** Why the calendar did not take it, and when it is tried again; undefined for what is no answer of a calendar's. */
export type WriteFailure =
  | { failure: 'unavailable'; againInMs: number; reason: string }
  | { failure: 'needs_attention' | 'not_connected' | 'refused'; reason: string };

/** A customer waits for the confirmation of what they agreed to; nobody for a change that counts already. */
const waitedForMs = 30_000;
const unseenMs = 15 * 60_000;

function failureOf(
  { random }: Pick<BookingDeps, 'random'>,
  { attempts, status }: Pick<ClaimedWrite, 'attempts' | 'status'>,
  error: unknown,
): WriteFailure | undefined {
  const reason = errorText(error);
  if (error instanceof CalendarUnavailable) {
    const maxMs = status === 'pending' ? waitedForMs : unseenMs;
    const backoff = backoffMs({ attempt: attempts, baseMs: 2_000, maxMs, random });
    return {
      failure: 'unavailable',
      againInMs: Math.max(backoff, error.retryAfterMs ?? 0),
      reason,
    };
  }
  if (error instanceof CalendarNeedsAttention) return { failure: 'needs_attention', reason };
  if (error instanceof NoCalendarConnected) return { failure: 'not_connected', reason };
  if (error instanceof CalendarRefused) return { failure: 'refused', reason };
  return undefined;
}
