import { Temporal } from 'temporal-polyfill';
import { type JsonObject, textAt } from '../lib/json.ts';

/** When an event begins or ends: a time, or a day of the calendar's. */
export type EventTime = { at: number; timeZone?: string } | { date: string };

/** Reads `{dateTime, timeZone}` or `{date}` as Google takes them; undefined when it makes no sense. */
export function readEventTime(value: JsonObject): EventTime | undefined {
  const date = textAt(value, 'date');
  const dateTime = textAt(value, 'dateTime');
  const timeZone = textAt(value, 'timeZone');
  if ((date === undefined) === (dateTime === undefined)) return undefined;
  if (timeZone !== undefined && !isTimeZone(timeZone)) return undefined;
  try {
    if (date !== undefined) return { date: Temporal.PlainDate.from(date).toString() };
    const at = instantOf(dateTime ?? '', timeZone);
    return { at, ...(timeZone === undefined ? {} : { timeZone }) };
  } catch {
    return undefined;
  }
}

/** Milliseconds of a time with its offset, or on the wall clock of the zone. Throws for what is neither. */
function instantOf(text: string, timeZone: string | undefined): number {
  if (/(Z|[+-]\d\d:\d\d)$/i.test(text)) return Temporal.Instant.from(text).epochMilliseconds;
  if (timeZone === undefined) throw new RangeError('neither an offset nor a zone');
  return Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone).epochMilliseconds;
}

/** Milliseconds of a time with its offset, as query parameters have it; undefined for anything else. */
export function readInstant(text: string | null | undefined): number | undefined {
  try {
    return text === null || text === undefined ? undefined : instantOf(text, undefined);
  } catch {
    return undefined;
  }
}

/** Milliseconds of an event's time; a day begins at midnight of the calendar's zone. */
export function millisecondsOf(time: EventTime, calendarZone: string): number {
  if ('at' in time) return time.at;
  return Temporal.PlainDate.from(time.date).toZonedDateTime(calendarZone).epochMilliseconds;
}

/** A time as the API writes it: on the wall clock of the calendar, with its offset. */
export function writeEventTime(time: EventTime, calendarZone: string): JsonObject {
  if ('date' in time) return { date: time.date };
  return {
    dateTime: writeInstant(time.at, calendarZone),
    timeZone: time.timeZone ?? calendarZone,
  };
}

/** Such as `2026-12-01T10:00:00-03:00`, or with a Z where the zone is UTC. */
export function writeInstant(at: number, timeZone: string): string {
  const instant = Temporal.Instant.fromEpochMilliseconds(at);
  if (timeZone === 'UTC') return instant.toString({ smallestUnit: 'second' });
  return instant
    .toZonedDateTimeISO(timeZone)
    .toString({ smallestUnit: 'second', timeZoneName: 'never' });
}

/** Whether it is a zone of the IANA's. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return !/^[+-]/.test(name);
  } catch {
    return false;
  }
}
