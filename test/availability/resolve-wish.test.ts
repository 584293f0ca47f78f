import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { wordsContradict } from '../../src/availability/named-weekdays.ts';
import { resolveWish } from '../../src/availability/resolve-wish.ts';
import { WishReading } from '../../src/availability/wish-reading.ts';
import type { Weekday } from '../../src/lib/local-times.ts';

type Given = Partial<Omit<WishReading, 'day'>> & { day?: Partial<WishReading['day']> };

// A Friday, ten o'clock in Lisbon.
const friday = new Date('2026-11-27T10:00:00Z');

function resolve({ day, ...rest }: Given, now = friday, timeZone = 'Europe/Lisbon', said = '') {
  const reading = WishReading.parse({
    day: { kind: 'any', weekday: null, week: null, date: null, ...day },
    partOfDay: 'any',
    from: null,
    to: null,
    ...rest,
  });
  return resolveWish(reading, { now, timeZone, customerSaid: said });
}

/** Where meetings may begin, or why nobody can say. */
function times(...given: Parameters<typeof resolve>): string[] {
  const resolved = resolve(...given);
  if (resolved.wish === 'unclear') return [resolved.because];
  if (resolved.wish === 'past') return ['past'];
  return resolved.within.map(
    ({ start, end }) => `${start.toISOString().slice(0, 16)} ${end.toISOString().slice(0, 16)}`,
  );
}

describe('resolveWish', () => {
  it.each<[string, Given, string]>([
    ['today from now on', { day: { kind: 'today' } }, '2026-11-27T10:00 2026-11-28T00:00'],
    [
      'tomorrow morning',
      { day: { kind: 'tomorrow' }, partOfDay: 'morning' },
      '2026-11-28T06:00 2026-11-28T12:00',
    ],
    [
      'the day after, in the evening',
      { day: { kind: 'day_after_tomorrow' }, partOfDay: 'evening' },
      '2026-11-29T18:00 2026-11-29T23:00',
    ],
    [
      'the next Wednesday',
      { day: { kind: 'weekday', weekday: 'wed' }, partOfDay: 'afternoon' },
      '2026-12-02T12:00 2026-12-02T18:00',
    ],
    [
      'today for its weekday',
      { day: { kind: 'weekday', weekday: 'fri' } },
      '2026-11-27T10:00 2026-11-28T00:00',
    ],
    [
      'its weekday next week when its time is over today',
      { day: { kind: 'weekday', weekday: 'fri' }, to: '09:30' },
      '2026-12-04T00:00 2026-12-04T09:30',
    ],
    [
      'Friday of next week',
      { day: { kind: 'weekday', weekday: 'fri', week: 'next' } },
      '2026-12-04T00:00 2026-12-05T00:00',
    ],
    [
      'what is left of this week',
      { day: { kind: 'week', week: 'this' } },
      '2026-11-27T10:00 2026-11-30T00:00',
    ],
    [
      'next week from Monday',
      { day: { kind: 'week', week: 'next' } },
      '2026-11-30T00:00 2026-12-07T00:00',
    ],
    [
      'a date with its weekday',
      { day: { kind: 'date', date: '2026-12-02', weekday: 'wed' } },
      '2026-12-02T00:00 2026-12-03T00:00',
    ],
    [
      'one exact time',
      { day: { kind: 'tomorrow' }, from: '15:00', to: '15:00' },
      '2026-11-28T15:00 2026-11-28T15:01',
    ],
    [
      'a part of the day from a time on',
      { day: { kind: 'tomorrow' }, partOfDay: 'afternoon', from: '15:00' },
      '2026-11-28T15:00 2026-11-28T18:00',
    ],
    [
      'a weekday of this week that is over',
      { day: { kind: 'weekday', weekday: 'mon', week: 'this' } },
      'past',
    ],
    ['a date that is over', { day: { kind: 'date', date: '2026-11-02' } }, 'past'],
    ['an exact time that is over', { day: { kind: 'today' }, from: '09:00', to: '09:00' }, 'past'],
    [
      'a weekday and a date that differ',
      { day: { kind: 'date', date: '2026-12-02', weekday: 'thu' } },
      'weekday_and_date_differ',
    ],
    [
      'a weekday that is not tomorrow',
      { day: { kind: 'tomorrow', weekday: 'wed' } },
      'weekday_and_day_differ',
    ],
    [
      'a date that is not in the week',
      { day: { kind: 'week', week: 'next', date: '2026-12-24' } },
      'date_and_day_differ',
    ],
    ['a date that is not said', { day: { kind: 'date' } }, 'date_missing'],
    ['a date of no calendar', { day: { kind: 'date', date: '2026-02-30' } }, 'date_impossible'],
    ['a weekday that is not said', { day: { kind: 'weekday' } }, 'weekday_missing'],
    ['a week that is not said', { day: { kind: 'week' } }, 'week_missing'],
    [
      'a morning at three in the afternoon',
      { day: { kind: 'tomorrow' }, partOfDay: 'morning', from: '15:00', to: '15:00' },
      'times_contradict',
    ],
    ['an end before the beginning', { from: '15:00', to: '14:00' }, 'times_contradict'],
  ])('finds %s', (_, given, expected) => {
    expect(times(given)).toEqual([expected]);
  });

  it('goes by the day it is where the customer is', () => {
    const late = new Date('2026-11-27T22:30:00Z');

    expect(times({ day: { kind: 'today' } }, late, 'Asia/Kolkata')).toEqual([
      '2026-11-27T22:30 2026-11-28T18:30',
    ]);
    expect(times({ day: { kind: 'tomorrow' } }, late, 'America/Sao_Paulo')).toEqual([
      '2026-11-28T03:00 2026-11-29T03:00',
    ]);
  });

  it('means both of an hour that comes twice, and none that is skipped', () => {
    const exact = { from: '01:30', to: '01:30' };
    const back = { day: { kind: 'date', date: '2027-10-31' }, ...exact } as const;
    const ahead = { day: { kind: 'date', date: '2027-03-28' }, ...exact } as const;

    expect(times(back, friday, 'Europe/London')).toEqual([
      '2027-10-31T00:30 2027-10-31T00:31',
      '2027-10-31T01:30 2027-10-31T01:31',
    ]);
    expect(times(ahead, friday, 'Europe/London')).toEqual(['past']);
  });

  it('is unclear where the customer named another weekday than the one read', () => {
    const tomorrow: Given = { day: { kind: 'tomorrow' } };

    expect(times(tomorrow, friday, 'Europe/Lisbon', 'na quarta')).toEqual(['words_and_day_differ']);
    expect(times(tomorrow, friday, 'Europe/Lisbon', 'Saturday please')).not.toEqual([
      'words_and_day_differ',
    ]);
  });
});

describe('wordsContradict', () => {
  it.each<[string, Weekday, Weekday | undefined]>([
    ['Next Wednesday afternoon', 'thu', 'wed'],
    ['el miércoles por la tarde', 'tue', 'wed'],
    ['terça-feira à tarde', 'wed', 'tue'],
    ['na próxima sexta', 'thu', 'fri'],
    ['Mittwochnachmittag', 'thu', 'wed'],
    ['jeudi matin', 'fri', 'thu'],
    ['venerdì mattina', 'thu', 'fri'],
    ['Thursday or Friday', 'fri', undefined],
    ['na segunda semana', 'wed', undefined],
    ['the quarterly review', 'mon', undefined],
    ['whenever', 'mon', undefined],
  ])('reads %j against %s', (said, weekday, named) => {
    expect(wordsContradict(said, { weekday })).toBe(named);
  });

  it('says nothing where several days are meant', () => {
    expect(wordsContradict('Monday', { weekday: null })).toBeUndefined();
  });
});

describe('WishReading', () => {
  it('is a strict schema: every property of every object is required, and there are no others', () => {
    const Strict = z.object({
      additionalProperties: z.literal(false),
      required: z.array(z.string()),
      properties: z.record(z.string(), z.unknown()),
    });
    const whole = Strict.parse(z.toJSONSchema(WishReading));
    const day = Strict.parse(whole.properties['day']);

    for (const one of [whole, day]) {
      expect(one.required.toSorted()).toEqual(Object.keys(one.properties).toSorted());
    }
  });
});
