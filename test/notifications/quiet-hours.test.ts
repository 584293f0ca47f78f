import { describe, expect, it } from '@jest/globals';
import { QuietHours, quietUntil } from '../../src/notifications/targets/quiet-hours.ts';

const night = { from: '22:00', to: '07:00' };
const weekend = { from: '00:00', to: '00:00', days: ['sat' as const, 'sun' as const] };

const iso = (quiet: QuietHours, at: string) => quietUntil(quiet, new Date(at))?.toISOString();

describe('quietUntil', () => {
  it.each([
    // In winter Lisbon is at UTC, and Berlin an hour ahead.
    ['Europe/Lisbon', '2026-01-15T21:59:59.999Z', undefined],
    ['Europe/Lisbon', '2026-01-15T22:00:00Z', '2026-01-16T07:00:00.000Z'],
    ['Europe/Lisbon', '2026-01-16T03:00:00Z', '2026-01-16T07:00:00.000Z'],
    ['Europe/Lisbon', '2026-01-16T06:59:59.999Z', '2026-01-16T07:00:00.000Z'],
    ['Europe/Lisbon', '2026-01-16T07:00:00Z', undefined],
    ['Europe/Berlin', '2026-01-15T21:00:00Z', '2026-01-16T06:00:00.000Z'],
    ['Asia/Kolkata', '2026-01-15T16:29:00Z', undefined],
    ['Asia/Kolkata', '2026-01-15T16:30:00Z', '2026-01-16T01:30:00.000Z'],
    ['America/Sao_Paulo', '2026-01-16T09:00:00Z', '2026-01-16T10:00:00.000Z'],
    ['Pacific/Auckland', '2026-01-15T10:00:00Z', '2026-01-15T18:00:00.000Z'],
  ])('knows the night of %s at %s', (timeZone, at, until) => {
    expect(iso({ timeZone, ranges: [night] }, at)).toBe(until);
  });

  it.each([
    // Berlin, 29 March 2026: 02:00 becomes 03:00. A night is an hour shorter.
    ['22:00', '07:00', '2026-03-28T21:00:00Z', '2026-03-29T05:00:00.000Z'],
    // An end that the clock skips is the moment at which it is put forward.
    ['22:00', '02:30', '2026-03-29T00:59:00Z', '2026-03-29T01:00:00.000Z'],
    ['22:00', '02:30', '2026-03-29T01:00:00Z', undefined],
    // So is a beginning.
    ['02:30', '05:00', '2026-03-29T00:59:00Z', undefined],
    ['02:30', '05:00', '2026-03-29T01:00:00Z', '2026-03-29T03:00:00.000Z'],
    // What lies in the skipped hour is not there at all.
    ['02:15', '02:45', '2026-03-29T01:00:00Z', undefined],
    // Berlin, 25 October 2026: 03:00 becomes 02:00. A night is an hour longer, and both 02:15 are in it.
    ['22:00', '07:00', '2026-10-24T20:00:00Z', '2026-10-25T06:00:00.000Z'],
    ['22:00', '02:30', '2026-10-25T00:15:00Z', '2026-10-25T01:30:00.000Z'],
    ['22:00', '02:30', '2026-10-25T01:15:00Z', '2026-10-25T01:30:00.000Z'],
    ['22:00', '02:30', '2026-10-25T01:30:00Z', undefined],
    ['02:30', '05:00', '2026-10-25T00:29:00Z', undefined],
    ['02:30', '05:00', '2026-10-25T00:30:00Z', '2026-10-25T04:00:00.000Z'],
  ])('holds %s to %s on the day the clock is changed, at %s', (from, to, at, until) => {
    expect(iso({ timeZone: 'Europe/Berlin', ranges: [{ from, to }] }, at)).toBe(until);
  });

  it('counts a range by the day on which it begins', () => {
    const friday = { timeZone: 'Europe/Lisbon', ranges: [{ ...night, days: ['fri' as const] }] };

    expect(iso(friday, '2026-01-15T23:00:00Z')).toBeUndefined();
    expect(iso(friday, '2026-01-16T23:00:00Z')).toBe('2026-01-17T07:00:00.000Z');
    expect(iso(friday, '2026-01-17T06:00:00Z')).toBe('2026-01-17T07:00:00.000Z');
    expect(iso(friday, '2026-01-17T23:00:00Z')).toBeUndefined();
  });

  it('takes ranges that touch for one quiet time', () => {
    const quiet = { timeZone: 'Europe/Lisbon', ranges: [night, weekend] };

    expect(iso(quiet, '2026-01-16T22:30:00Z')).toBe('2026-01-19T07:00:00.000Z');
    expect(iso(quiet, '2026-01-18T12:00:00Z')).toBe('2026-01-19T07:00:00.000Z');
    expect(iso(quiet, '2026-01-19T07:00:00Z')).toBeUndefined();
  });

  it('ends what it finds, for any minute of a year', () => {
    const quiet = { timeZone: 'America/New_York', ranges: [night, weekend] };
    for (let minute = 0; minute < 365 * 24 * 60; minute += 241) {
      const at = new Date(Date.UTC(2026, 0, 1) + minute * 60_000);
      const until = quietUntil(quiet, at);
      if (until === undefined) continue;
      expect(until > at).toBe(true);
      expect(quietUntil(quiet, until)).toBeUndefined();
    }
  });
});

describe('QuietHours', () => {
  it.each([
    [{ timeZone: 'Europe/Nowhere', ranges: [night] }, 'timeZone'],
    [{ timeZone: '+01:00', ranges: [night] }, 'timeZone'],
    [{ timeZone: 'Europe/Lisbon', ranges: [] }, 'ranges'],
    [{ timeZone: 'Europe/Lisbon', ranges: [{ from: '24:00', to: '07:00' }] }, 'ranges.0.from'],
    [{ timeZone: 'Europe/Lisbon', ranges: [{ from: '7:00', to: '07:00' }] }, 'ranges.0.from'],
    [{ timeZone: 'Europe/Lisbon', ranges: [{ from: '08:00', to: '08:00' }] }, ''],
    [
      {
        timeZone: 'Europe/Lisbon',
        ranges: [
          { from: '06:00', to: '20:00' },
          { from: '20:00', to: '06:00' },
        ],
      },
      '',
    ],
  ])('refuses %j', (given, field) => {
    const read = QuietHours.safeParse(given);

    expect(read.error?.issues.map(({ path }) => path.join('.'))).toContain(field);
  });
});
