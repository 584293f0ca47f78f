import type { Calendar, CalendarAccess, CalendarEvent, EventRef } from '../calendar.ts';
import { CalendarRefused } from '../calendar-errors.ts';

/** An event in the calendar to which somebody dragged it. */
export type Elsewhere = { calendarId: string; event: CalendarEvent };

/**
 * Looks for an event that is gone from its calendar in the others that the account may write to: who puts it into another
 * one calls nothing off. It keeps its id there, and only the calendar whose own it is counts, because those of people who
 * were invited show it too. A calendar that refuses to be read has nothing to say.
 * https://developers.google.com/workspace/calendar/api/v3/reference/events/move
 */
export async function findElsewhere(
  calendar: Pick<Calendar, 'calendars' | 'read'>,
  access: CalendarAccess,
  { calendarId, eventId }: EventRef,
): Promise<Elsewhere | undefined> {
  for (const other of (await unlessRefused(calendar.calendars(access))) ?? []) {
    if (!other.mayWrite || other.calendarId === calendarId) continue;
    const event = await unlessRefused(
      calendar.read(access, { calendarId: other.calendarId, eventId }),
    );
    if (event !== undefined && event !== 'gone' && !event.isCancelled && event.isOrganizedHere) {
      return { calendarId: other.calendarId, event };
    }
  }
  return undefined;
}

async function unlessRefused<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof CalendarRefused) return undefined;
    throw error;
  }
}
