import type { CalendarEvent, EventToWrite } from '../../src/meetings/calendar.ts';

/** An event as a calendar shows it that has taken it as it was written; `more` is what is other than that. */
export function seen(event: EventToWrite, more: Partial<CalendarEvent> = {}): CalendarEvent {
  const { eventId, meetingId } = event;
  return {
    eventId,
    meetingId,
    isCancelled: false,
    isOrganizedHere: true,
    start: event.start,
    end: event.end,
    meet: { state: 'none' },
    attendees: [],
    updatedAt: new Date(),
    ...more,
  };
}
