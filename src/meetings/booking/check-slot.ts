import {
  CalendarNeedsAttention,
  CalendarRefused,
  CalendarUnavailable,
  NoCalendarConnected,
} from '../calendar-errors.ts';
import { endOf, type MeetingRow } from '../meeting.ts';
import type { Booker, BookingDeps } from './booking-deps.ts';
import type { BookingFacts } from './booking-facts.ts';
import { placementOf } from './placement.ts';
import { freeTimesOf, readTakenTimes } from './taken-times.ts';

/** What has come in between since a slot was offered. */
export type Obstacle = 'taken' | 'too_late' | 'calendar_needs_attention' | 'calendar_unavailable';

/**
 * Looks at a slot once more before it is taken: somebody may have written into the calendar, or the business may have
 * changed its hours. While a slot is held its customer has the time they were given, however short the notice gets.
 */
export async function checkSlot(
  deps: BookingDeps,
  booker: Booker,
  { facts, slot }: { facts: BookingFacts; slot: MeetingRow },
): Promise<Obstacle | undefined> {
  const now = deps.now();
  if (slot.meetingTime <= now) return 'too_late';
  const placement = placementOf(facts, slot.service, slot);
  const person = placement?.people[0];
  if (placement === undefined || person === undefined) return 'taken';
  const within = { start: slot.meetingTime, end: endOf(slot) };
  try {
    const { busy, own } = await readTakenTimes(deps, { ...booker, facts, placement, within, now });
    const isHeld = own.some(
      ({ meetingId, isOwnHold }) => isOwnHold && meetingId === slot.meetingId,
    );
    const rules = isHeld ? { ...person.rules, minNoticeMinutes: 0 } : person.rules;
    const [free] = freeTimesOf(
      { ...person, rules },
      {
        durationMinutes: slot.durationMinutes,
        busy: busy.get(person.personId) ?? [],
        own: own.filter(({ isOwnHold }) => !isOwnHold),
        within: { start: slot.meetingTime, end: new Date(slot.meetingTime.getTime() + 1) },
        now,
      },
    );
    return free === undefined ? 'taken' : undefined;
  } catch (error) {
    return obstacleOf(deps, booker.userId, error);
  }
}

/** What stands in the way, where it is the calendar. Throws everything else again. */
export function obstacleOf(
  { log }: Pick<BookingDeps, 'log'>,
  userId: string,
  error: unknown,
): 'calendar_needs_attention' | 'calendar_unavailable' {
  if (error instanceof CalendarNeedsAttention || error instanceof NoCalendarConnected) {
    return 'calendar_needs_attention';
  }
  if (error instanceof CalendarUnavailable || error instanceof CalendarRefused) {
    log.warn('a calendar could not be read', { userId, code: error.code, error: error.message });
    return 'calendar_unavailable';
  }
  throw error;
}
