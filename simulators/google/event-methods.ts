import { textAt } from '../lib/json.ts';
import type { Call } from './call.ts';
import { conferenceOf, makeConferenceLater } from './conference.ts';
import { type Answered, invalid, refused } from './errors.ts';
import { hasWrongSpan, readEventBody } from './event-body.ts';
import { etagOf, eventResource } from './event-resource.ts';
import type { StoredEvent } from './events.ts';
import { sendInvitations } from './invitations.ts';

/** `events.insert`: the id may be the writer's, and one that was ever used is refused. */
export function insertEvent(call: Call): Answered {
  const { world, calendar, body, query } = call;
  const eventId = textAt(body, 'id') ?? world.newEventId();
  if (!/^[0-9a-v]{5,1024}$/.test(eventId)) return invalid('Invalid resource id value.');
  if (world.events.find(calendar.calendarId, eventId) !== undefined) {
    return refused(409, 'duplicate');
  }
  const read = readEventBody(body, undefined);
  if ('error' in read) return read;
  const { start, end, attendees = [], fields = {}, status = 'confirmed' } = read;
  if (end === undefined) return refused(400, 'required', 'Missing end time.');
  if (start === undefined) return refused(400, 'required', 'Missing start time.');
  if (hasWrongSpan({ start, end })) return refused(400, 'timeRangeEmpty');
  const conference = conferenceOf(world, body, query, undefined);
  const event = world.events.save(
    {
      eventId,
      calendarId: calendar.calendarId,
      calendarZone: calendar.timeZone,
      account: call.account,
      status,
      start,
      end,
      attendees,
      fields,
      sequence: 0,
      createdAt: world.now(),
      ...(conference === undefined ? {} : { conference }),
    },
    'created',
  );
  return written(call, undefined, event);
}

/** `events.get`: deleted events too. */
export function getEvent({ world, calendar, eventId, query }: Call): Answered {
  const event = world.events.find(calendar.calendarId, eventId);
  if (event === undefined) return refused(404, 'notFound');
  const body = eventResource(event, query.get('timeZone') ?? calendar.timeZone);
  return { body, etag: etagOf(event) };
}

/** `events.patch`: what is not named stays. A deleted event comes back with `status: confirmed` only. */
export function patchEvent(call: Call): Answered {
  const { world, calendar, eventId, body, query } = call;
  const before = world.events.find(calendar.calendarId, eventId);
  if (before === undefined) return refused(404, 'notFound');
  if (before.status === 'cancelled' && body['status'] !== 'confirmed') {
    return refused(410, 'deleted');
  }
  if (isOutdated(call, before)) return conditionNotMet;
  const patch = readEventBody(body, before);
  if ('error' in patch) return patch;
  const conference = conferenceOf(world, body, query, before.conference);
  const after = {
    ...before,
    ...patch,
    ...(conference === undefined ? {} : { conference }),
    sequence: before.sequence + 1,
  };
  if (hasWrongSpan(after)) return refused(400, 'timeRangeEmpty');
  const kind = after.status === 'cancelled' ? 'cancelled' : 'changed';
  return written(call, before, world.events.save(after, kind));
}

/** `events.delete`: once. */
export function deleteEvent(call: Call): Answered {
  const { world, calendar, eventId } = call;
  const before = world.events.find(calendar.calendarId, eventId);
  if (before === undefined) return refused(404, 'notFound');
  if (before.status === 'cancelled') return refused(410, 'deleted');
  if (isOutdated(call, before)) return conditionNotMet;
  const cancelled = { ...before, status: 'cancelled' as const, sequence: before.sequence + 1 };
  written(call, before, world.events.save(cancelled, 'cancelled'));
  return {};
}

const conditionNotMet: Answered = {
  error: {
    status: 412,
    reason: 'conditionNotMet',
    location: 'If-Match',
    locationType: 'header',
  },
};

function isOutdated({ ifMatch }: Call, event: StoredEvent): boolean {
  return ifMatch !== undefined && ifMatch !== '*' && ifMatch !== etagOf(event);
}

function written(call: Call, before: StoredEvent | undefined, after: StoredEvent): Answered {
  const { world, query, fault, calendar } = call;
  sendInvitations(world, { before, after, wanted: query.get('sendUpdates') ?? 'none' });
  makeConferenceLater(world, after, fault);
  return { body: eventResource(after, calendar.timeZone), etag: etagOf(after) };
}
