import { type JsonObject, textAt } from '../lib/json.ts';
import { offeredAccount } from './consent-screen.ts';
import { hasWrongSpan, readEventBody } from './event-body.ts';
import type { StoredEvent } from './events.ts';
import { type ShownEvent, showEvent } from './shown-events.ts';
import type { GoogleWorld } from './world.ts';

/** Somebody does something in Google's calendar by hand; an error text when it makes no sense. */
export function personActs(world: GoogleWorld, act: JsonObject): ShownEvent | string {
  if (act['kind'] === 'create') return create(world, act);
  if (act['kind'] === 'drag') return drag(world, act);
  const before = findEvent(world, act);
  if (before === undefined) return 'no such event';
  const after = changed(before, act);
  if (typeof after === 'string') return after;
  if (hasWrongSpan(after)) return 'it ends before it begins';
  const kind = after.status === 'cancelled' ? 'cancelled' : 'changed';
  return showEvent(world.events.save(after, kind));
}

function create(world: GoogleWorld, act: JsonObject): ShownEvent | string {
  const account = textAt(act, 'account') ?? offeredAccount;
  const calendar = world.accounts.calendar(account, textAt(act, 'calendarId') ?? 'primary');
  if (calendar === undefined) return 'no such calendar';
  const read = readEventBody({ ...act, ...timesOf(act) }, undefined);
  if ('error' in read) return read.error.message ?? 'it makes no sense';
  const { start, end, attendees = [], fields = {}, status = 'confirmed' } = read;
  if (start === undefined || end === undefined || hasWrongSpan({ start, end })) {
    return 'it needs a start and a later end';
  }
  return showEvent(
    world.events.save(
      {
        eventId: textAt(act, 'eventId') ?? world.newEventId(),
        calendarId: calendar.calendarId,
        calendarZone: calendar.timeZone,
        account,
        status,
        start,
        end,
        attendees,
        fields,
        sequence: 0,
        createdAt: world.now(),
      },
      'created',
    ),
  );
}

/** Puts an event into another calendar of its account: the old one has it as deleted from then on. */
function drag(world: GoogleWorld, act: JsonObject): ShownEvent | string {
  const before = findEvent(world, act);
  if (before === undefined) return 'no such event';
  const to = world.accounts.calendar(before.account, textAt(act, 'toCalendarId') ?? '');
  if (to === undefined || to.role === 'reader' || to.role === 'freeBusyReader') {
    return 'no such calendar to write to';
  }
  const sequence = before.sequence + 1;
  const { calendarId, timeZone: calendarZone } = to;
  const dragged = world.events.save({ ...before, calendarId, calendarZone, sequence }, 'created');
  world.events.save({ ...before, status: 'cancelled', sequence }, 'cancelled');
  return showEvent(dragged);
}

function changed(before: StoredEvent, act: JsonObject): StoredEvent | string {
  const sequence = before.sequence + 1;
  if (act['kind'] === 'cancel') return { ...before, status: 'cancelled', sequence };
  if (act['kind'] === 'respond') {
    const responseStatus = responses.find((one) => one === act['response']);
    if (responseStatus === undefined) return 'no such response';
    const attendees = before.attendees.map((one) =>
      one.email === act['email'] ? { ...one, responseStatus } : one,
    );
    return { ...before, attendees };
  }
  if (act['kind'] !== 'move' && act['kind'] !== 'edit') return 'no such act';
  const { eventId: _, kind: __, account: ___, calendarId: ____, ...body } = act;
  const read = readEventBody({ ...body, ...timesOf(act) }, before);
  if ('error' in read) return read.error.message ?? 'it makes no sense';
  return { ...before, ...read, sequence };
}

const responses = ['needsAction', 'declined', 'tentative', 'accepted'] as const;

/** Times may be given in short: an instant, or a day. */
function timesOf(act: JsonObject): JsonObject {
  const times: JsonObject = {};
  for (const name of ['start', 'end']) {
    const given = act[name];
    if (given instanceof Date) times[name] = { dateTime: given.toISOString() };
    if (typeof given !== 'string') continue;
    times[name] = /^\d{4}-\d\d-\d\d$/.test(given) ? { date: given } : { dateTime: given };
  }
  return times;
}

function findEvent(world: GoogleWorld, act: JsonObject): StoredEvent | undefined {
  const account = textAt(act, 'account');
  const calendarId = textAt(act, 'calendarId');
  const found = world.events
    .all()
    .filter(
      (event) =>
        event.eventId === act['eventId'] &&
        [undefined, event.account].includes(account) &&
        [undefined, 'primary', event.calendarId].includes(calendarId),
    );
  return found.find(({ status }) => status !== 'cancelled') ?? found[0];
}
