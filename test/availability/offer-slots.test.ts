import { describe, expect, it } from '@jest/globals';
import {
  type OfferQuestion,
  offerSlots,
  type PersonSlots,
} from '../../src/availability/offer-slots.ts';

const at = (time: string, day = '02') => new Date(`2026-12-${day}T${time}:00Z`);
const slot = (time: string, day = '02') => ({
  start: at(time, day),
  end: new Date(at(time, day).getTime() + 3_600_000),
});
const hours = (...times: string[]) => times.map((time) => slot(time));

function person(personId: string, given: Partial<PersonSlots> = {}): PersonSlots {
  return {
    personId,
    services: null,
    free: hours('09:00', '10:00', '11:00', '12:00', '13:00'),
    recentBookings: 0,
    lastBookedAt: null,
    ...given,
  };
}

function offered(people: PersonSlots[], changes: Partial<OfferQuestion> = {}): string[] {
  const wish = {
    within: [{ start: at('00:00'), end: at('00:00', '30') }],
    mustEndWithin: false,
    isOpen: false,
    understood: { timeZone: 'UTC' },
  };
  const asked = { people, wish, service: null, offerAtMost: 3, ...changes };
  return offerSlots(asked).map(
    ({ start, personId }) => `${start.toISOString().slice(8, 16)} ${personId}`,
  );
}

describe('offerSlots', () => {
  it('spreads any beginning of the list, and has every time once', () => {
    expect(offered([person('a'), person('b')])).toEqual([
      '02T09:00 a',
      '02T13:00 a',
      '02T11:00 a',
      '02T10:00 a',
      '02T12:00 a',
    ]);
  });

  it('takes whose turn it is: the least booked, then the longest ago, then by their id', () => {
    const busy = person('a', { recentBookings: 2 });
    const lately = person('b', { lastBookedAt: at('08:00') });
    const longAgo = person('c', { lastBookedAt: at('07:00') });
    const first = (...people: PersonSlots[]) => offered(people)[0];

    expect(first(busy, lately, longAgo)).toBe('02T09:00 c');
    expect(first(busy, lately)).toBe('02T09:00 b');
    expect(first(busy)).toBe('02T09:00 a');
    expect(first(person('e'), person('d'))).toBe('02T09:00 d');
  });

  it('asks only who gives the service, and fills in with who is free', () => {
    const visits = person('a', { services: ['Visit'], free: hours('09:00') });
    const all = person('b', { recentBookings: 5, free: hours('09:00', '10:00') });

    expect(offered([visits, all], { service: 'visit' })).toEqual(['02T09:00 a', '02T10:00 b']);
    expect(offered([visits, all], { service: 'Consultation' })).toEqual([
      '02T09:00 b',
      '02T10:00 b',
    ]);
  });

  it('offers nothing outside what was asked, nor what is not over when the customer leaves', () => {
    const wish = {
      within: [{ start: at('10:00'), end: at('12:30') }],
      mustEndWithin: false,
      isOpen: false,
      understood: { timeZone: 'UTC' },
    };

    expect(offered([person('a')], { wish })).toEqual(['02T10:00 a', '02T12:00 a', '02T11:00 a']);
    expect(offered([person('a')], { wish: { ...wish, mustEndWithin: true } })).toEqual([
      '02T10:00 a',
      '02T11:00 a',
    ]);
  });

  it('begins with the first days where no day was named', () => {
    const wish = {
      within: [{ start: at('00:00', '01'), end: at('00:00', '30') }],
      mustEndWithin: false,
      isOpen: true,
      understood: { timeZone: 'UTC' },
    };
    const free = ['02', '03', '04', '20'].map((day) => slot('09:00', day));

    expect(offered([person('a', { free })], { wish })).toEqual([
      '02T09:00 a',
      '04T09:00 a',
      '03T09:00 a',
      '20T09:00 a',
    ]);
  });
});
