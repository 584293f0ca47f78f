import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AttendeeResponse } from '../../../src/meetings/calendar.ts';
import { decideChange, type MeetingFacts } from '../../../src/meetings/changes/decide-change.ts';

const now = new Date('2026-12-01T10:00:00Z');
const start = new Date('2026-12-02T10:00:00Z');
const knownAt = new Date('2026-12-01T09:00:00Z');
const later = (date: Date, minutes: number) => new Date(date.getTime() + minutes * 60_000);

const known: MeetingFacts = {
  status: 'scheduled',
  meetingTime: start,
  durationMinutes: 30,
  customerEmail: 'ana@example.com',
  version: 1,
  googleVersion: 1,
  googleUpdatedAt: knownAt,
  businessEmails: ['rita@example.com', 'owner@example.com'],
};
const attendees = (email: string, response: AttendeeResponse) => [{ email, response }];
const unchanged = {
  isCancelled: false,
  start,
  end: later(start, 30),
  attendees: attendees('ana@example.com', 'accepted'),
  updatedAt: later(knownAt, 1),
};
const movedBy = (minutes: number) => ({
  ...unchanged,
  start: later(start, minutes),
  end: later(start, minutes + 30),
});

describe('decideChange', () => {
  it('finds nothing new in an event as it was written', () => {
    expect(decideChange(known, unchanged, now)).toEqual({ change: 'none', because: 'same' });
  });

  it('takes a new time, and keeps apart who only gets another length', () => {
    expect(decideChange(known, movedBy(60), now)).toEqual({
      change: 'moved',
      meetingTime: later(start, 60),
      durationMinutes: 30,
      isSameTime: false,
    });
    const longer = { ...unchanged, end: later(start, 45) };
    expect(decideChange(known, longer, now)).toMatchObject({
      change: 'moved',
      durationMinutes: 45,
      isSameTime: true,
    });
  });

  it('lets our own newer change win, unless the event is gone', () => {
    const owing = { ...known, version: 2 };
    expect(decideChange(owing, movedBy(60), now)).toEqual({ change: 'none', because: 'owed' });
    expect(decideChange(owing, { ...unchanged, isCancelled: true }, now)).toEqual({
      change: 'cancelled',
    });
  });

  it('passes over what is older than what we know, but not a deletion, which has no time', () => {
    const old = { ...movedBy(60), updatedAt: later(knownAt, -1) };
    expect(decideChange(known, old, now)).toEqual({ change: 'none', because: 'older' });
    const bare = {
      isCancelled: true,
      start: null,
      end: null,
      attendees: [],
      updatedAt: new Date(0),
    };
    expect(decideChange(known, bare, now)).toEqual({ change: 'cancelled' });
  });

  it.each([
    ['Ana@Example.com', 'customer'],
    ['rita@example.com', 'business'],
    ['OWNER@example.com', 'business'],
  ])('takes it as declined when %s does, by the %s', (email, by) => {
    const event = { ...unchanged, attendees: attendees(email, 'declined') };
    expect(decideChange(known, event, now)).toEqual({ change: 'declined', by });
  });

  it('lets other guests stay away', () => {
    const event = { ...unchanged, attendees: attendees('guest@example.com', 'declined') };
    expect(decideChange(known, event, now)).toEqual({ change: 'none', because: 'same' });
  });

  it('asks a person about an event without a time, and about one in the past', () => {
    expect(decideChange(known, { ...unchanged, start: null, end: null }, now)).toEqual({
      change: 'unclear',
      because: 'without_time',
    });
    expect(decideChange(known, movedBy(-3 * 24 * 60), now)).toEqual({
      change: 'unclear',
      because: 'in_the_past',
    });
  });

  it('changes no meeting that is over, or none any more', () => {
    const gone = { ...unchanged, isCancelled: true };
    expect(decideChange(known, gone, later(start, 30))).toEqual({
      change: 'none',
      because: 'over',
    });
    for (const status of ['held', 'lapsed', 'cancelled', 'completed', 'missed'] as const) {
      expect(decideChange({ ...known, status }, gone, now)).toEqual({
        change: 'none',
        because: 'not_live',
      });
    }
  });

  it('finds nothing in what it has taken, whatever was moved to where', () => {
    const minutes = fc.integer({ min: -20 * 60, max: 60 * 24 * 300 });
    const length = fc.integer({ min: 0, max: 3_000 });
    fc.assert(
      fc.property(minutes, length, (by, lasting) => {
        const begin = later(start, by);
        const event = { ...unchanged, start: begin, end: later(begin, lasting) };

        const change = decideChange(known, event, now);

        if (change.change !== 'moved') return;
        const taken = { ...known, ...change, googleUpdatedAt: event.updatedAt };
        expect(change.durationMinutes).toBeGreaterThanOrEqual(5);
        expect(change.durationMinutes).toBeLessThanOrEqual(1_440);
        expect(decideChange(taken, event, now)).toEqual({ change: 'none', because: 'same' });
      }),
    );
  });
});
