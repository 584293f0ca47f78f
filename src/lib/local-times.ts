import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';

/** A zone by its IANA name, such as `Europe/Lisbon`. */
export const TimeZone = z
  .string()
  .max(64)
  // Aborts, as below: what is checked of the whole counts on its parts.
  .refine(isTimeZone, { error: 'is no time zone such as Europe/Lisbon', abort: true })
  .meta({ examples: ['Europe/Lisbon'] });

/** A time on the wall clock of a zone. */
export const LocalTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'is no time such as 18:30', abort: true })
  .meta({ examples: ['18:30'] });

/** The days of the week, in the order of ISO 8601. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** A day on the calendar of a zone. */
export type LocalDay = { date: string; weekday: Weekday };

/** The day that it is in the zone, or one so many days later. */
export function localDay(at: Date, timeZone: string, plusDays = 0): LocalDay {
  const date = Temporal.Instant.fromEpochMilliseconds(at.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .add({ days: plusDays });
  return { date: date.toString(), weekday: weekdays[date.dayOfWeek - 1] ?? 'mon' };
}

/**
 * When the wall clock of the zone shows a time. A time that it shows twice is the first or the last of the
 * two; one that it skips is the moment at which it is put forward.
 */
export function instantOf(
  date: string,
  time: string,
  timeZone: string,
  which: 'first' | 'last',
): Date {
  const wanted = Temporal.PlainDateTime.from(`${date}T${time}`);
  const disambiguation = which === 'first' ? 'earlier' : 'later';
  const found = wanted.toZonedDateTime(timeZone, { disambiguation });
  if (found.toPlainDateTime().equals(wanted)) return new Date(found.epochMilliseconds);
  const before = wanted.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  const putForward = before.getTimeZoneTransition('next') ?? found;
  return new Date(putForward.epochMilliseconds);
}

/** A date so many days later; the same calendar everywhere, so without a zone. */
export function plusDays(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** The day of the week of a date, or undefined for one that no calendar has, such as 30 February. */
export function weekdayOf(date: string): Weekday | undefined {
  try {
    return weekdays[Temporal.PlainDate.from(date, { overflow: 'reject' }).dayOfWeek - 1];
  } catch {
    return undefined;
  }
}

/** What the wall clock of the zone shows, to the minute, such as 18:30. */
export function localTime(at: Date, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainTime()
    .toString({ smallestUnit: 'minute' });
}

function isTimeZone(name: string): boolean {
  // A fixed offset is a zone to Temporal, but nobody's: it does not know of summer.
  if (/^[+-]/.test(name)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}
