import { describe, expect, it } from '@jest/globals';
import { decideWrite, isLinkToCome } from '../../../src/meetings/booking/decide-write.ts';
import type { CalendarEvent } from '../../../src/meetings/calendar.ts';

const row = { version: 1, googleVersion: 1, googleEventId: 'rapport1', meetLink: null };

describe('decideWrite', () => {
  it.each([
    ['what was agreed is written', { status: 'pending', googleVersion: 0 }, 'insert'],
    ['also when it was moved before it was', { status: 'pending', version: 2 }, 'insert'],
    ['a newer time is moved to', { status: 'scheduled', version: 2 }, 'move'],
    ['a link that is still to come is read', { status: 'scheduled' }, 'read'],
    ['what is all there is left alone', { status: 'scheduled', meetLink: 'https://m' }, 'nothing'],
    ['what was called off is removed', { status: 'cancelled', version: 2 }, 'remove'],
    [
      'also if nobody knows that it was written',
      { status: 'cancelled', googleVersion: 0 },
      'remove',
    ],
    ['and once', { status: 'cancelled' }, 'nothing'],
    ['what is over stays', { status: 'completed', version: 2 }, 'nothing'],
    ['a slot is no event', { status: 'held', googleEventId: null }, 'nothing'],
    ['nor is a meeting without Google', { status: 'scheduled', googleEventId: null }, 'nothing'],
  ] as const)('says that %s', (_what, given, decision) => {
    expect(decideWrite({ ...row, ...given })).toBe(decision);
  });
});

describe('isLinkToCome', () => {
  const event = (state: 'pending' | 'failed'): CalendarEvent => ({
    eventId: 'rapport1',
    meetingId: null,
    isCancelled: false,
    isOrganizedHere: true,
    start: null,
    end: null,
    meet: { state },
    attendees: [],
    updatedAt: new Date(0),
  });

  it('waits while it is being made, and not for ever', () => {
    expect(isLinkToCome(event('pending'), 1)).toBe(true);
    expect(isLinkToCome(event('pending'), 8)).toBe(false);
    expect(isLinkToCome(event('failed'), 1)).toBe(false);
  });
});
