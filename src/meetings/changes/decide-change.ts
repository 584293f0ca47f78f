import type { CalendarEvent } from '../calendar.ts';
import { endOf, type MeetingRow } from '../meeting.ts';

/** What we know of a meeting whose event was seen. */
export type MeetingFacts = Pick<
  MeetingRow,
  'status' | 'meetingTime' | 'durationMinutes' | 'customerEmail' | 'version' | 'googleVersion'
> & {
  /** The calendar's time of its newest state that we know. */
  googleUpdatedAt: Date | null;
  /** Whose declining is the business's: the person who is met, and the account of the calendar. */
  businessEmails: string[];
};

/** What an event says of its meeting. */
export type MeetingChange =
  | { change: 'none'; because: 'not_live' | 'over' | 'owed' | 'older' | 'same' }
  /** The time, or only the length: whoever comes at the same time as before is told nothing. */
  | { change: 'moved'; meetingTime: Date; durationMinutes: number; isSameTime: boolean }
  | { change: 'cancelled' }
  /** Somebody who has to be there will not come. */
  | { change: 'declined'; by: 'customer' | 'business' }
  /** The event does not say when to come: only a person can tell what is meant. */
  | { change: 'unclear'; because: 'without_time' | 'in_the_past' };

const minuteMs = 60_000;
/** What a row of a meeting can hold, in minutes. */
const shortest = 5;
const longest = 1_440;

/**
 * Decides what becomes of a meeting by its event as the calendar has it. A cancellation counts whenever it is seen, as
 * a deleted event has no time of its own to go by; everything else only when it is newer than what we know and we owe
 * the calendar nothing, because what we owe will overwrite it.
 */
export function decideChange(
  meeting: MeetingFacts,
  event: Pick<CalendarEvent, 'isCancelled' | 'start' | 'end' | 'attendees' | 'updatedAt'>,
  now: Date,
): MeetingChange {
  if (meeting.status !== 'scheduled' && meeting.status !== 'pending') {
    return { change: 'none', because: 'not_live' };
  }
  if (endOf(meeting) <= now) return { change: 'none', because: 'over' };
  if (event.isCancelled) return { change: 'cancelled' };
  if (meeting.version > meeting.googleVersion) return { change: 'none', because: 'owed' };
  if (meeting.googleUpdatedAt !== null && event.updatedAt < meeting.googleUpdatedAt) {
    return { change: 'none', because: 'older' };
  }
  const by = whoDeclined(meeting, event.attendees);
  if (by !== undefined) return { change: 'declined', by };
  return timeChange(meeting, event, now);
}

function timeChange(
  meeting: MeetingFacts,
  { start, end }: Pick<CalendarEvent, 'start' | 'end'>,
  now: Date,
): MeetingChange {
  if (start === null || end === null) return { change: 'unclear', because: 'without_time' };
  const minutes = Math.round((end.getTime() - start.getTime()) / minuteMs);
  const durationMinutes = Math.min(longest, Math.max(shortest, minutes));
  const isSameTime = start.getTime() === meeting.meetingTime.getTime();
  if (isSameTime && durationMinutes === meeting.durationMinutes) {
    return { change: 'none', because: 'same' };
  }
  if (start.getTime() + durationMinutes * minuteMs <= now.getTime()) {
    return { change: 'unclear', because: 'in_the_past' };
  }
  return { change: 'moved', meetingTime: start, durationMinutes, isSameTime };
}

/** Guests besides the customer may stay away as they like. */
function whoDeclined(
  meeting: MeetingFacts,
  attendees: CalendarEvent['attendees'],
): 'customer' | 'business' | undefined {
  const declined = new Set(
    attendees.filter(({ response }) => response === 'declined').map(({ email }) => plain(email)),
  );
  if (meeting.customerEmail !== null && declined.has(plain(meeting.customerEmail))) {
    return 'customer';
  }
  return meeting.businessEmails.some((email) => declined.has(plain(email)))
    ? 'business'
    : undefined;
}

function plain(email: string): string {
  return email.trim().toLowerCase();
}
