import { localDay, plusDays, type Weekday, weekdayOf, weekdays } from '../lib/local-times.ts';
import type { WishReading } from './wish-reading.ts';

/** Why it cannot be said which days are meant, without a guess. */
export type UnclearDay =
  | 'weekday_and_date_differ'
  | 'weekday_and_day_differ'
  | 'date_and_day_differ'
  | 'date_missing'
  | 'date_impossible'
  | 'weekday_missing'
  | 'week_missing';

/**
 * The days that are meant, the first and the last of them. `mayRoll`: a weekday of no certain week, which is the one of
 * the next week when its time is over today.
 */
export type WishedDays =
  | { days: 'found'; first: string; last: string; mayRoll: boolean }
  | { days: 'unclear'; because: UnclearDay; text: string };

/** Works out the days of a wish from what day it is where the customer is. */
export function wishedDays(
  reading: WishReading['day'],
  now: { today: string; horizonDays: number },
): WishedDays {
  const found = daysOf(reading, now);
  if (found.days === 'unclear') return found;
  return contradiction(reading, found) ?? found;
}

/** The day it is in a zone. */
export function todayIn(timeZone: string, now: Date): string {
  return localDay(now, timeZone).date;
}

function daysOf(
  { kind, weekday, week, date }: WishReading['day'],
  { today, horizonDays }: { today: string; horizonDays: number },
): WishedDays {
  switch (kind) {
    case 'today':
      return oneDay(today);
    case 'tomorrow':
      return oneDay(plusDays(today, 1));
    case 'day_after_tomorrow':
      return oneDay(plusDays(today, 2));
    case 'date':
      return dateOf(date);
    case 'weekday':
      return weekday === null
        ? unclear('weekday_missing', 'The weekday is not said.')
        : weekdayFrom(today, weekday, week);
    case 'week':
      if (week === null) return unclear('week_missing', 'It is not said which week.');
      return weekday === null ? wholeWeek(today, week) : weekdayFrom(today, weekday, week);
    case 'any':
      // A model that fills in a detail and forgets the kind has still said the detail.
      if (date !== null) return dateOf(date);
      if (weekday !== null) return weekdayFrom(today, weekday, week);
      if (week !== null) return wholeWeek(today, week);
      return { days: 'found', first: today, last: plusDays(today, horizonDays), mayRoll: false };
  }
}

function oneDay(date: string, mayRoll = false): WishedDays {
  return { days: 'found', first: date, last: date, mayRoll };
}

function unclear(because: UnclearDay, text: string): WishedDays {
  return { days: 'unclear', because, text };
}

function dateOf(date: string | null): WishedDays {
  if (date === null) return unclear('date_missing', 'The date is not said.');
  if (weekdayOf(date) === undefined) {
    return unclear('date_impossible', `There is no such date as ${date}.`);
  }
  return oneDay(date);
}

function weekdayFrom(today: string, weekday: Weekday, week: 'this' | 'next' | null): WishedDays {
  const wanted = weekdays.indexOf(weekday);
  if (week !== null) return oneDay(plusDays(mondayOf(today, week), wanted));
  const ahead = (wanted - indexOf(today) + 7) % 7;
  return oneDay(plusDays(today, ahead), ahead === 0);
}

function wholeWeek(today: string, week: 'this' | 'next'): WishedDays {
  const monday = mondayOf(today, week);
  return { days: 'found', first: monday, last: plusDays(monday, 6), mayRoll: false };
}

function mondayOf(today: string, week: 'this' | 'next'): string {
  return plusDays(today, (week === 'next' ? 7 : 0) - indexOf(today));
}

function indexOf(date: string): number {
  return weekdays.indexOf(weekdayOf(date) ?? 'mon');
}

/** A weekday or a date that was said as well, and is not of the days that were found. */
function contradiction(
  { kind, weekday, date }: WishReading['day'],
  { first, last }: { first: string; last: string },
): WishedDays | undefined {
  if (date !== null && (date < first || date > last)) {
    return unclear('date_and_day_differ', `${date} is not the day that was said: ${dated(first)}.`);
  }
  if (weekday === null || first !== last || weekdayOf(first) === weekday) return undefined;
  const because =
    kind === 'date' || kind === 'any' ? 'weekday_and_date_differ' : 'weekday_and_day_differ';
  return unclear(because, `The weekday was said to be ${weekday}, but the day is ${dated(first)}.`);
}

/** A date with its weekday, for a model to read. */
export function dated(date: string): string {
  const weekday = weekdayOf(date);
  return weekday === undefined ? date : `${weekdayNames[weekday]} ${date}`;
}

const weekdayNames: Record<Weekday, string> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
};
