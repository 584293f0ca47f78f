import { instantOf, type LocalDay, localDay } from '../lib/local-times.ts';
import { type Interval, without } from './intervals.ts';
import type { Schedule } from './schedule.ts';

/**
 * When a schedule is open between two moments: whole stretches, also where they reach over the edges. Each day goes by
 * the wall clock of the zone, so that nine is nine in summer and winter; on the nights when clocks change an hour is
 * missing from the stretch, or longer in it.
 */
export function openHours(schedule: Schedule, { start, end }: Interval): Interval[] {
  const open: Interval[] = [];
  const breaks: Interval[] = [];
  // A day before: its hours may reach into the first, where the zone jumps.
  for (let plusDays = -1; ; plusDays += 1) {
    const day = localDay(start, schedule.timeZone, plusDays);
    if (plusDays >= 0 && dayStart(day.date, schedule.timeZone) >= end) break;
    open.push(...stretches(hoursOf(schedule, day), day.date, schedule.timeZone));
    breaks.push(...stretches(schedule.breaks?.[day.weekday] ?? [], day.date, schedule.timeZone));
  }
  return without(open, breaks).filter((one) => one.end > start && one.start < end);
}

type Range = { from: string; to: string };

function hoursOf({ hours, exceptions }: Schedule, { date, weekday }: LocalDay): Range[] {
  const exception = exceptions?.find((one) => one.date === date);
  return exception?.hours ?? hours[weekday] ?? [];
}

function stretches(ranges: Range[], date: string, timeZone: string): Interval[] {
  return ranges.map(({ from, to }) => ({
    start: instantOf(date, from, timeZone, 'first'),
    end: to === '24:00' ? dayEnd(date, timeZone) : instantOf(date, to, timeZone, 'last'),
  }));
}

/** The first moment of a day, which need not be midnight. */
function dayStart(date: string, timeZone: string): Date {
  return instantOf(date, '00:00', timeZone, 'first');
}

function dayEnd(date: string, timeZone: string): Date {
  const next = new Date(`${date}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return dayStart(next.toISOString().slice(0, 10), timeZone);
}
