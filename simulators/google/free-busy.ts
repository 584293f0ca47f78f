import { type JsonObject, objectsAt, textAt } from '../lib/json.ts';
import type { Call } from './call.ts';
import { type Answered, invalid, refused } from './errors.ts';
import { spanOf } from './event-resource.ts';
import { isTimeZone, readInstant, writeInstant } from './event-times.ts';
import type { StoredEvent } from './events.ts';

type Span = { start: number; end: number };

/** Google's limits: 50 calendars, and a little more than 90 days. */
const maxCalendars = 50;
const maxRangeMs = 92 * 24 * 60 * 60 * 1000;

/** `freeBusy.query`: what cannot be read is an error inside the answer. */
export function queryFreeBusy(call: Call): Answered {
  const { body } = call;
  const start = readInstant(textAt(body, 'timeMin'));
  const end = readInstant(textAt(body, 'timeMax'));
  const timeZone = textAt(body, 'timeZone') ?? 'UTC';
  if (start === undefined || end === undefined) return invalid('Bad Request', 'timeMin');
  if (!isTimeZone(timeZone)) return invalid('Invalid time zone definition', 'timeZone');
  if (end <= start) return refused(400, 'timeRangeEmpty');
  if (end - start > maxRangeMs) return refused(400, 'timeRangeTooLong');
  const ids = objectsAt(body, 'items').map((item) => textAt(item, 'id') ?? '');
  if (ids.length > maxCalendars) return refused(400, 'tooManyCalendarsRequested');
  const calendars = ids.map(
    (id) => [id, calendarBusy(call, id, { start, end }, timeZone)] as const,
  );
  return {
    body: {
      kind: 'calendar#freeBusy',
      timeMin: writeInstant(start, timeZone),
      timeMax: writeInstant(end, timeZone),
      calendars: Object.fromEntries(calendars),
    },
  };
}

function calendarBusy(call: Call, id: string, within: Span, timeZone: string): JsonObject {
  const { world, account, fault } = call;
  const isFaulty = fault?.action === 'errors' && [undefined, id].includes(fault.calendarId);
  if (isFaulty) return { errors: [{ domain: 'global', reason: fault.error.reason }], busy: [] };
  const calendar = world.accounts.calendar(account, id);
  if (calendar === undefined) {
    return { errors: [{ domain: 'global', reason: 'notFound' }], busy: [] };
  }
  const spans = world.events
    .of(calendar.calendarId)
    .filter((event) => isBusy(event))
    .map(spanOf)
    .filter(({ start, end }) => start < within.end && end > within.start)
    .map(({ start, end }) => ({
      start: Math.max(start, within.start),
      end: Math.min(end, within.end),
    }));
  const busy = joined(spans).map(({ start, end }) => ({
    start: writeInstant(start, timeZone),
    end: writeInstant(end, timeZone),
  }));
  return { busy };
}

function isBusy({ status, fields, attendees, calendarId }: StoredEvent): boolean {
  if (status === 'cancelled' || fields['transparency'] === 'transparent') return false;
  return !attendees.some((one) => one.email === calendarId && one.responseStatus === 'declined');
}

function joined(spans: Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((one, other) => one.start - other.start)) {
    const last = result.at(-1);
    if (last !== undefined && span.start <= last.end) last.end = Math.max(last.end, span.end);
    else result.push({ ...span });
  }
  return result;
}
