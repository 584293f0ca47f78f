import { instantOf, localTime, plusDays, type Weekday, weekdayOf } from '../lib/local-times.ts';
import type { Interval } from './intervals.ts';
import { wordsContradict } from './named-weekdays.ts';
import type { WishReading } from './wish-reading.ts';
import { dated, todayIn, type UnclearDay, wishedDays } from './wished-days.ts';
import { type WishedHours, wishedHours } from './wished-hours.ts';

/** How a wish was understood, on the calendar and the clock of the customer. */
export type Understood = {
  firstDay: string;
  lastDay: string;
  /** Of the only day; null when there are more. */
  weekday: Weekday | null;
  from: string;
  to: string;
  timeZone: string;
  /** All of it, for a model to read. */
  text: string;
};

export type UnclearWish = UnclearDay | 'times_contradict' | 'words_and_day_differ';

/** What came of a wish. `text` tells a model what is wrong, so that it can ask the customer. */
export type ResolvedWish =
  | {
      wish: 'times';
      /** Where meetings begin. */
      within: Interval[];
      /** The customer said when they have to leave: a meeting is over when its interval is. */
      mustEndWithin: boolean;
      /** No day was named: the soonest will do. */
      isOpen: boolean;
      understood: Understood;
    }
  | { wish: 'unclear'; because: UnclearWish; text: string }
  | { wish: 'past'; text: string };

export type WishOptions = {
  now: Date;
  /** Of the customer: today and nine o'clock are theirs. */
  timeZone: string;
  /** How far a wish without a day reaches. */
  horizonDays?: number;
  /** The customer's own words: a weekday in them that is not the one resolved makes the wish unclear. */
  customerSaid?: string;
};

/**
 * Makes times of a wish, from the customer's calendar and clock: weeks begin on Monday, a weekday of no certain week is
 * the next one, today if its time is not over. What contradicts itself is unclear, never guessed.
 */
export function resolveWish(reading: WishReading, options: WishOptions): ResolvedWish {
  const { now, timeZone, horizonDays = 60, customerSaid = '' } = options;
  const hours = wishedHours(reading);
  if (hours === undefined) {
    return unclear('times_contradict', `These times cannot all be meant: ${timesOf(reading)}.`);
  }
  const days = wishedDays(reading.day, { today: todayIn(timeZone, now), horizonDays });
  if (days.days === 'unclear') return unclear(days.because, days.text);
  const span = { first: days.first, last: days.last };
  let within = upcoming(intervalsOf(span, hours, timeZone), now, hours);
  if (within.length === 0 && days.mayRoll) {
    span.first = plusDays(span.first, 7);
    span.last = span.first;
    within = upcoming(intervalsOf(span, hours, timeZone), now, hours);
  }
  const understood = understand(span, hours, timeZone);
  const named = wordsContradict(customerSaid, understood);
  if (named !== undefined) {
    return unclear(
      'words_and_day_differ',
      `The customer named another weekday than ${dated(span.first)}.`,
    );
  }
  if (within.length === 0) return { wish: 'past', text: `That is over: ${understood.text}.` };
  return {
    wish: 'times',
    within,
    mustEndWithin: hours.mustEnd,
    isOpen: reading.day.kind === 'any' && span.first !== span.last && reading.day.week === null,
    understood,
  };
}

function unclear(because: UnclearWish, text: string): ResolvedWish {
  return { wish: 'unclear', because, text: `${text} Ask the customer which is meant.` };
}

function timesOf({ partOfDay, from, to }: WishReading): string {
  return [partOfDay, from === null ? '' : `from ${from}`, to === null ? '' : `to ${to}`]
    .filter((one) => one !== '')
    .join(', ');
}

type Span = { first: string; last: string };

function intervalsOf({ first, last }: Span, hours: WishedHours, timeZone: string): Interval[] {
  if (hours.from === '00:00' && hours.to === '24:00') {
    return [{ start: dayStart(first, timeZone), end: dayStart(plusDays(last, 1), timeZone) }];
  }
  const intervals: Interval[] = [];
  for (let date = first; date <= last; date = plusDays(date, 1)) {
    intervals.push(...(hours.isExact ? exactly : between)(date, hours, timeZone));
  }
  return intervals.filter(({ start, end }) => start < end);
}

function between(date: string, { from, to }: WishedHours, timeZone: string): Interval[] {
  return [
    {
      start: instantOf(date, from, timeZone, 'first'),
      end:
        to === '24:00'
          ? dayStart(plusDays(date, 1), timeZone)
          : instantOf(date, to, timeZone, 'last'),
    },
  ];
}

const minuteMs = 60_000;

/** One minute to begin in: twice on the night when clocks go back, and never a time that they skip. */
function exactly(date: string, { from }: WishedHours, timeZone: string): Interval[] {
  const first = instantOf(date, from, timeZone, 'first');
  const last = instantOf(date, from, timeZone, 'last');
  const starts = first.getTime() === last.getTime() ? [first] : [first, last];
  return starts
    .filter((start) => localTime(start, timeZone) === from)
    .map((start) => ({ start, end: new Date(start.getTime() + minuteMs) }));
}

function dayStart(date: string, timeZone: string): Date {
  return instantOf(date, '00:00', timeZone, 'first');
}

/** What is not over; an exact time that has begun is. */
function upcoming(intervals: Interval[], now: Date, { isExact }: WishedHours): Interval[] {
  if (isExact) return intervals.filter(({ start }) => start > now);
  return intervals
    .filter(({ end }) => end > now)
    .map(({ start, end }) => ({ start: start < now ? now : start, end }));
}

function understand({ first, last }: Span, hours: WishedHours, timeZone: string): Understood {
  const days = first === last ? dated(first) : `${dated(first)} to ${dated(last)}`;
  const time = hours.isExact ? `at ${hours.from}` : `${hours.from}–${hours.to}`;
  return {
    firstDay: first,
    lastDay: last,
    weekday: first === last ? (weekdayOf(first) ?? null) : null,
    from: hours.from,
    to: hours.to,
    timeZone,
    text: `${days}, ${time} (${timeZone})`,
  };
}
