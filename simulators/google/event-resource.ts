import type { JsonObject } from '../lib/json.ts';
import { millisecondsOf, writeEventTime } from './event-times.ts';
import type { Conference, StoredEvent } from './events.ts';

/** An event as the API answers it. */
export function eventResource(event: StoredEvent, zone = event.calendarZone): JsonObject {
  const { eventId, calendarId, account, attendees, conference } = event;
  const owner = { email: calendarId, self: true };
  return {
    kind: 'calendar#event',
    etag: etagOf(event),
    id: eventId,
    status: event.status,
    htmlLink: `https://www.google.com/calendar/event?eid=${Buffer.from(eventId).toString('base64url')}`,
    created: new Date(event.createdAt).toISOString(),
    updated: new Date(event.updatedAt).toISOString(),
    ...event.fields,
    creator: account === calendarId ? owner : { email: account },
    organizer: owner,
    start: writeEventTime(event.start, zone),
    end: writeEventTime(event.end, zone),
    iCalUID: `${eventId}@google.com`,
    sequence: event.sequence,
    ...(attendees.length === 0 ? {} : { attendees: attendees.map((one) => shown(event, one)) }),
    ...(conference === undefined ? {} : conferenceFields(conference)),
    reminders: event.fields['reminders'] ?? { useDefault: true },
    eventType: 'default',
  };
}

/** What is certain to be told of an event that is no more. */
export function bareResource(event: StoredEvent): JsonObject {
  return { kind: 'calendar#event', etag: etagOf(event), id: event.eventId, status: 'cancelled' };
}

/** The tag of an event as it is now, in its quotes. */
export function etagOf({ order, updatedAt }: StoredEvent): string {
  return `"${updatedAt}${String(order).padStart(6, '0')}"`;
}

/** When an event is, in milliseconds; days count from midnight of the calendar. */
export function spanOf(event: StoredEvent): { start: number; end: number } {
  return {
    start: millisecondsOf(event.start, event.calendarZone),
    end: millisecondsOf(event.end, event.calendarZone),
  };
}

function shown({ calendarId }: StoredEvent, attendee: StoredEvent['attendees'][number]) {
  return attendee.email === calendarId ? { ...attendee, organizer: true, self: true } : attendee;
}

function conferenceFields({ requestId, state, code }: Conference): JsonObject {
  const createRequest = {
    requestId,
    conferenceSolutionKey: { type: 'hangoutsMeet' },
    status: { statusCode: state },
  };
  if (state !== 'success') return { conferenceData: { createRequest } };
  const uri = `https://meet.google.com/${code}`;
  return {
    hangoutLink: uri,
    conferenceData: {
      createRequest,
      entryPoints: [{ entryPointType: 'video', uri, label: `meet.google.com/${code}` }],
      conferenceSolution: {
        key: { type: 'hangoutsMeet' },
        name: 'Google Meet',
        iconUri:
          'https://fonts.gstatic.com/s/i/productlogos/meet_2020q4/v6/web-512dp/logo_meet.png',
      },
      conferenceId: code,
    },
  };
}
