import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { freeSlots } from '../../src/availability/free-slots.ts';
import { offerSlots } from '../../src/availability/offer-slots.ts';
import { resolveWish } from '../../src/availability/resolve-wish.ts';
import { BookingRules, Schedule } from '../../src/availability/schedule.ts';
import { WishReading } from '../../src/availability/wish-reading.ts';
import { type Weekday, weekdays } from '../../src/lib/local-times.ts';

const zones = [
  'America/Sao_Paulo',
  'Europe/London',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Pacific/Apia',
] as const;

const dayMs = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** What somebody in the zone reads off the calendar and the clock on the wall: Intl, and nothing of ours. */
function wall(at: Date, timeZone: string): { date: string; time: string; weekday: string } {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  formats.set(timeZone, format);
  const parts = Object.fromEntries(
    format.formatToParts(at).map(({ type, value }) => [type, value]),
  );
  return {
    date: `${parts['year']}-${parts['month']}-${parts['day']}`,
    time: `${parts['hour']}:${parts['minute']}`,
    weekday: (parts['weekday'] ?? '').toLowerCase().slice(0, 3),
  };
}

function offsetMinutes(at: Date, timeZone: string): number {
  const { date, time } = wall(at, timeZone);
  return Math.round((Date.parse(`${date}T${time}:00Z`) - at.getTime()) / 60_000);
}

/** The days of 2026 to 2028 on which the clocks of a zone change, as this system's tables of zones have them. */
const changes = new Map(
  zones.map((timeZone) => [
    timeZone,
    Array.from({ length: 3 * 365 }, (_, day) => Date.UTC(2026, 0, 1) + day * dayMs).filter(
      (day) =>
        offsetMinutes(new Date(day), timeZone) !== offsetMinutes(new Date(day + dayMs), timeZone),
    ),
  ]),
);

const parts = {
  any: ['00:00', '24:00'],
  morning: ['06:00', '12:00'],
  afternoon: ['12:00', '18:00'],
  evening: ['18:00', '23:00'],
} as const;

const hour = (value: number) => `${String(value).padStart(2, '0')}:00`;

const anyWish = fc
  .record({
    business: fc.constantFrom(...zones),
    customer: fc.constantFrom(...zones),
    whose: fc.constantFrom<'business' | 'customer'>('business', 'customer'),
    change: fc.nat(),
    // Shortly before a change of the clocks, or anywhere.
    hoursBefore: fc.integer({ min: -30, max: 10 * 24 }),
    opens: fc.integer({ min: 0, max: 15 }),
    lasts: fc.integer({ min: 2, max: 8 }),
    durationMinutes: fc.constantFrom(15, 30, 45, 60),
    stepMinutes: fc.constantFrom(15, 20, 30),
    kind: fc.constantFrom('any', 'today', 'tomorrow', 'day_after_tomorrow', 'weekday', 'week'),
    weekday: fc.constantFrom(...weekdays),
    week: fc.constantFrom<('this' | 'next' | null)[]>('this', 'next', null),
    partOfDay: fc.constantFrom<(keyof typeof parts)[]>('any', 'morning', 'afternoon', 'evening'),
    from: fc.option(fc.integer({ min: 0, max: 14 }), { freq: 2 }),
    to: fc.option(fc.integer({ min: 10, max: 23 }), { freq: 2 }),
  })
  .map((given) => {
    const days = changes.get(given[given.whose]) ?? [];
    const change =
      days[given.change % Math.max(1, days.length)] ?? Date.UTC(2026, 5, given.change % 300);
    const range = [{ from: hour(given.opens), to: hour(given.opens + given.lasts) }];
    return {
      ...given,
      now: new Date(change - given.hoursBefore * 3_600_000),
      schedule: Schedule.parse({
        timeZone: given.business,
        hours: Object.fromEntries(weekdays.slice(0, 6).map((weekday) => [weekday, range])),
      }),
      reading: WishReading.parse({
        day: {
          kind: given.kind,
          weekday: given.kind === 'weekday' ? given.weekday : null,
          week:
            given.kind === 'week'
              ? (given.week ?? 'next')
              : given.kind === 'weekday'
                ? given.week
                : null,
          date: null,
        },
        partOfDay: given.partOfDay,
        from: given.from === null ? null : hour(given.from),
        to: given.to === null ? null : hour(given.to),
      }),
    };
  });

type Wish = typeof anyWish extends fc.Arbitrary<infer Value> ? Value : never;

function slotsFor({ reading, now, customer, schedule, durationMinutes, stepMinutes }: Wish) {
  const wish = resolveWish(reading, { now, timeZone: customer, horizonDays: 14 });
  if (wish.wish !== 'times') return [];
  const rules = BookingRules.parse({ minNoticeMinutes: 0, stepMinutes });
  const free = wish.within.flatMap((within) =>
    freeSlots({ schedule, rules, durationMinutes, busy: [], booked: [], now, within }),
  );
  const person = { personId: 'a', services: null, free, recentBookings: 0, lastBookedAt: null };
  return offerSlots({ people: [person], wish, service: null, offerAtMost: 3 });
}

describe('a wish, made slots', () => {
  it('has changes of clocks to try, the two that Morocco makes around Ramadan among them', () => {
    const years = (timeZone: (typeof zones)[number]) => changes.get(timeZone)?.length ?? 0;

    expect(years('Europe/London')).toBe(6);
    expect(years('Australia/Lord_Howe')).toBe(6);
    expect(years('Africa/Casablanca')).toBeGreaterThan(0);
    expect(years('Asia/Kolkata')).toBe(0);
  });

  // Seen failing with the hours read in the customer's zone.
  it('is never outside the hours of the business, by the clock on its wall', () => {
    fc.assert(
      fc.property(anyWish, (wish) =>
        slotsFor(wish).every(({ start, end }) => {
          const opens = wall(start, wish.business);
          const ends = wall(new Date(end.getTime() - 1), wish.business);
          return (
            start >= wish.now &&
            opens.weekday !== 'sun' &&
            opens.date === ends.date &&
            opens.time >= hour(wish.opens) &&
            ends.time < hour(wish.opens + wish.lasts)
          );
        }),
      ),
      { numRuns: 600 },
    );
  });

  // Seen failing with the wish resolved in the business's zone, and with mustEndWithin not looked at.
  it('is never outside what the customer asked for, by the clock on theirs', () => {
    fc.assert(
      fc.property(anyWish, (wish) =>
        slotsFor(wish).every(({ start, end }) => isAsked(wish, start, end)),
      ),
      { numRuns: 600 },
    );
  });

  it('finds slots in most of what is tried, so that these tests see something', () => {
    const tried = fc.sample(anyWish, 300).map((wish) => slotsFor(wish).length > 0);

    expect(tried.filter(Boolean).length).toBeGreaterThan(60);
  });
});

function isAsked({ reading, customer, now, partOfDay }: Wish, start: Date, end: Date): boolean {
  const begins = wall(start, customer);
  const ends = wall(new Date(end.getTime() - 1), customer);
  const [partFrom, partTo] = parts[partOfDay];
  const { from, to } = reading;
  if (from !== null && from === to)
    return begins.time === from && isAskedDay(reading, customer, now, begins);
  const isInPart = begins.time >= partFrom && begins.time < partTo;
  const isAfter = from === null || begins.time >= from;
  const isBefore = to === null || (begins.time < to && ends.time < to && ends.date === begins.date);
  return isInPart && isAfter && isBefore && isAskedDay(reading, customer, now, begins);
}

function isAskedDay(
  { day }: WishReading,
  customer: string,
  now: Date,
  begins: { date: string; weekday: string },
): boolean {
  const today = wall(now, customer);
  const ahead = (Date.parse(begins.date) - Date.parse(today.date)) / dayMs;
  const sinceMonday = weekdays.findIndex((weekday: Weekday) => weekday === today.weekday);
  const week = Math.floor((ahead + sinceMonday) / 7);
  switch (day.kind) {
    case 'today':
      return ahead === 0;
    case 'tomorrow':
      return ahead === 1;
    case 'day_after_tomorrow':
      return ahead === 2;
    case 'week':
      return week === (day.week === 'next' ? 1 : 0);
    case 'weekday':
      return (
        begins.weekday === day.weekday &&
        (day.week === null ? ahead <= 7 : week === (day.week === 'next' ? 1 : 0))
      );
    default:
      return ahead >= 0;
  }
}
