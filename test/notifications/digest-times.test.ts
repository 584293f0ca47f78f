import { describe, expect, it } from '@jest/globals';
import { planDelivery } from '../../src/notifications/sending/plan-delivery.ts';
import { Digest, digestDueAt } from '../../src/notifications/targets/digest.ts';

const due = (digest: Digest, at: string) => digestDueAt(digest, new Date(at)).toISOString();

describe('digestDueAt', () => {
  it('is so many minutes after the first notification', () => {
    expect(due({ everyMinutes: 90 }, '2026-01-15T10:00:00Z')).toBe('2026-01-15T11:30:00.000Z');
  });

  it.each([
    ['2026-01-15T07:59:59.999Z', '2026-01-15T08:00:00.000Z'],
    ['2026-01-15T08:00:00Z', '2026-01-15T17:30:00.000Z'],
    ['2026-01-15T17:30:00Z', '2026-01-16T08:00:00.000Z'],
    // 29 March 2026: Lisbon goes from UTC to an hour ahead.
    ['2026-03-28T20:00:00Z', '2026-03-29T07:00:00.000Z'],
    // 25 October 2026: and back.
    ['2026-10-24T20:00:00Z', '2026-10-25T08:00:00.000Z'],
  ])('is the next of the times of the day: %s', (at, next) => {
    expect(due({ timeZone: 'Europe/Lisbon', at: ['17:30', '08:00'] }, at)).toBe(next);
  });

  it('comes on a day whose clock skips its time', () => {
    const digest = { timeZone: 'Europe/Berlin', at: ['02:30'] };

    expect(due(digest, '2026-03-28T20:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
    expect(due(digest, '2026-03-29T01:00:00Z')).toBe('2026-03-30T00:30:00.000Z');
  });

  it('comes once on a day whose clock shows its time twice', () => {
    const digest = { timeZone: 'Europe/Berlin', at: ['02:30'] };

    expect(due(digest, '2026-10-24T20:00:00Z')).toBe('2026-10-25T00:30:00.000Z');
    expect(due(digest, '2026-10-25T00:30:00Z')).toBe('2026-10-26T01:30:00.000Z');
  });
});

describe('Digest', () => {
  it.each([
    {},
    { everyMinutes: 0 },
    { at: ['08:00'] },
    { timeZone: 'Europe/Lisbon', at: [] },
    { everyMinutes: 5, timeZone: 'Europe/Lisbon', at: ['08:00'] },
  ])('refuses %j', (given) => {
    expect(Digest.safeParse(given).success).toBe(false);
  });
});

describe('planDelivery', () => {
  const quietHours = { timeZone: 'Europe/Lisbon', ranges: [{ from: '22:00', to: '07:00' }] };
  const night = new Date('2026-01-15T23:00:00Z');
  const morning = new Date('2026-01-16T07:00:00.000Z');
  const plan = (target: Partial<Parameters<typeof planDelivery>[0]>, isHot = false, now = night) =>
    planDelivery({ quietHours: null, digest: null, ...target }, isHot, now);

  it('sends now, or when the quiet hours end', () => {
    expect(plan({})).toEqual({ goes: 'now' });
    expect(plan({ quietHours })).toEqual({ goes: 'later', at: morning });
    expect(plan({ quietHours }, true)).toEqual({ goes: 'later', at: morning });
  });

  it('lets a Hot lead through where the target says so', () => {
    expect(plan({ quietHours: { ...quietHours, exceptHot: true } }, true)).toEqual({ goes: 'now' });
    expect(plan({ quietHours: { ...quietHours, exceptHot: true } })).toEqual({
      goes: 'later',
      at: morning,
    });
  });

  it('gathers, and keeps the digest out of quiet hours', () => {
    const digest = { everyMinutes: 60 };
    expect(plan({ digest, quietHours })).toEqual({ goes: 'in_digest', dueAt: morning });
    expect(plan({ digest: { ...digest, exceptHot: true }, quietHours }, true)).toEqual({
      goes: 'later',
      at: morning,
    });
  });
});
