import { type JsonObject, objectAt, textAt } from '../lib/json.ts';
import { eventResource, spanOf } from './event-resource.ts';
import type { Attendee, StoredEvent } from './events.ts';
import type { GoogleWorld } from './world.ts';

/** An event, as whoever watches the simulated calendars sees it. Times are ISO 8601 in UTC. */
export type ShownEvent = {
  account: string;
  calendarId: string;
  eventId: string;
  status: StoredEvent['status'];
  summary: string;
  description: string;
  start: string;
  end: string;
  isAllDay: boolean;
  attendees: Attendee[];
  privateProperties: JsonObject;
  hangoutLink: string | null;
  /** As the API answers it. */
  resource: JsonObject;
};

/** Which events are asked for; `status: 'all'`: those that were cancelled too. */
export type EventFilter = {
  account?: string;
  calendarId?: string;
  eventId?: string;
  status?: string;
};

/** The events that fit, in the order of their start. Without a status, none that was cancelled. */
export function shownEvents(world: GoogleWorld, filter: EventFilter = {}): ShownEvent[] {
  const { account, calendarId, eventId, status } = filter;
  return world.events
    .all()
    .filter(
      (event) =>
        [undefined, event.account].includes(account) &&
        [undefined, event.eventId].includes(eventId) &&
        (calendarId === 'primary'
          ? event.calendarId === event.account
          : [undefined, event.calendarId].includes(calendarId)) &&
        (status === 'all' ||
          (status === undefined ? event.status !== 'cancelled' : event.status === status)),
    )
    .map(showEvent)
    .toSorted((one, other) => one.start.localeCompare(other.start));
}

/** An event as it is shown. */
export function showEvent(event: StoredEvent): ShownEvent {
  const { account, calendarId, eventId, status, attendees, fields } = event;
  const resource = eventResource(event);
  const { start, end } = spanOf(event);
  return {
    account,
    calendarId,
    eventId,
    status,
    summary: textAt(fields, 'summary') ?? '',
    description: textAt(fields, 'description') ?? '',
    start: new Date(start).toISOString(),
    end: new Date(end).toISOString(),
    isAllDay: 'date' in event.start,
    attendees,
    privateProperties: objectAt(objectAt(fields, 'extendedProperties'), 'private'),
    hangoutLink: textAt(resource, 'hangoutLink') ?? null,
    resource,
  };
}
