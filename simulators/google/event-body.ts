import { isObject, type JsonObject, objectAt, objectsAt, textAt } from '../lib/json.ts';
import { type Answered, invalid } from './errors.ts';
import { millisecondsOf, readEventTime } from './event-times.ts';
import type { Attendee, StoredEvent } from './events.ts';

/** What a body says of an event, as far as it says it. */
export type EventPatch = Partial<
  Pick<StoredEvent, 'start' | 'end' | 'attendees' | 'status'> & { fields: JsonObject }
>;

const responses = ['needsAction', 'declined', 'tentative', 'accepted'] as const;
const statuses = ['confirmed', 'tentative', 'cancelled'] as const;
/** What is kept as it was given. */
const plainFields = [
  'summary',
  'description',
  'location',
  'colorId',
  'extendedProperties',
  'reminders',
  'transparency',
  'visibility',
  'guestsCanInviteOthers',
  'guestsCanModify',
  'guestsCanSeeOtherGuests',
  'source',
];

/** Reads the body of an insert or a patch over the event as it is. */
export function readEventBody(
  body: JsonObject,
  before: StoredEvent | undefined,
): EventPatch | Extract<Answered, { error: unknown }> {
  const patch: EventPatch = {};
  for (const name of ['start', 'end'] as const) {
    if (body[name] === undefined) continue;
    const time = readEventTime(objectAt(body, name));
    if (time === undefined) return invalid('Invalid start or end time.', name);
    patch[name] = time;
  }
  if (body['status'] !== undefined) {
    const status = statuses.find((one) => one === body['status']);
    if (status === undefined) return invalid('Invalid status.', 'status');
    patch.status = status;
  }
  if (body['attendees'] !== undefined) {
    const attendees = readAttendees(body, before);
    if (attendees === undefined) return invalid('Invalid attendee email.', 'attendees');
    patch.attendees = attendees;
  }
  return { ...patch, fields: merged(before?.fields ?? {}, fieldsOf(body)) };
}

/** Whether an event ends before it begins, or is half of days and half of times. */
export function hasWrongSpan({ start, end }: Pick<StoredEvent, 'start' | 'end'>): boolean {
  if ('at' in start !== 'at' in end) return true;
  const span = millisecondsOf(end, 'UTC') - millisecondsOf(start, 'UTC');
  return 'at' in start ? span < 0 : span <= 0;
}

function fieldsOf(body: JsonObject): JsonObject {
  return Object.fromEntries(
    plainFields.filter((one) => one in body).map((one) => [one, body[one]]),
  );
}

/** Objects are merged, null takes away, everything else is put in the place of what was. */
function merged(before: JsonObject, patch: JsonObject): JsonObject {
  const result = { ...before };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = isObject(value) ? merged(objectAt(before, name), value) : value;
  }
  return result;
}

function readAttendees(body: JsonObject, before: StoredEvent | undefined): Attendee[] | undefined {
  const attendees: Attendee[] = [];
  for (const one of objectsAt(body, 'attendees')) {
    const email = textAt(one, 'email') ?? '';
    if (!/^[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]+$/.test(email)) return undefined;
    const displayName = textAt(one, 'displayName');
    const known = before?.attendees.find((other) => other.email === email);
    attendees.push({
      email,
      ...(displayName === undefined ? {} : { displayName }),
      ...(one['optional'] === true ? { optional: true } : {}),
      responseStatus:
        responses.find((word) => word === one['responseStatus']) ??
        known?.responseStatus ??
        'needsAction',
    });
  }
  return attendees;
}
