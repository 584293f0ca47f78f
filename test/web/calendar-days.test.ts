import { describe, expect, it } from '@jest/globals';
import { pageModule } from './page-modules.ts';
import { aMeeting, anErrand, anEventOf } from './sample-calendar.ts';

const { initialState, reduce } = await pageModule('state');
const { calendarDays, calendarWeeks } = await pageModule('calendar-days');
const { statusWords, whoWords } = await pageModule('calendar-words');

// A Friday: in Lisbon the evening of the 27th, in Tokyo the morning of the 28th.
const now = new Date('2026-11-27T21:00:00Z');
const lisbon = { now: now.getTime(), timeZone: 'Europe/Lisbon' };

type Action = { type: string; [fact: string]: unknown };
type Day = { date: string; entries: { key: string; event?: unknown; isOff: boolean }[] };
type Cell = { date: string; isToday: boolean; ours: number; own: number };

const stateAfter = (...actions: Action[]) => actions.reduce(reduce, initialState([]));
const meetings = (...known: unknown[]): Action => ({
  type: 'meetings',
  meetings: known,
  askedAt: 1,
});
const events = (...known: unknown[]): Action => ({ type: 'googleEvents', events: known });
const happened = (payload: object, told = 0): Action => ({
  type: 'event',
  at: told,
  event: { kind: 'meeting', payload },
});
const keysOf = (days: Day[]) =>
  days.map(({ date, entries }) => [date, ...entries.map(({ key }) => key)]);

const at = (meetingTime: string, facts: object = {}) => aMeeting(now, { meetingTime, ...facts });

describe('calendarDays', () => {
  // Seen failing with dateOf given no time zone and the test run with TZ=Asia/Tokyo.
  it('puts everything on the day that the clock of the business shows, in its order', () => {
    const state = stateAfter(
      meetings(
        at('2026-11-30T00:30:00Z', { meetingId: 'late' }),
        at('2026-11-30T15:00:00Z', { meetingId: 'visit' }),
      ),
      events(anErrand(new Date('2026-11-30T10:00:00Z'), { eventId: 'boards' })),
    );

    expect(keysOf(calendarDays(state, lisbon))).toEqual([
      ['2026-11-30', 'late', 'boards', 'visit'],
    ]);
    expect(keysOf(calendarDays(state, { ...lisbon, timeZone: 'America/Sao_Paulo' }))).toEqual([
      ['2026-11-29', 'late'],
      ['2026-11-30', 'boards', 'visit'],
    ]);
  });

  // Seen failing with the comparison with `last`, and with that of `first`, taken out.
  it('is this week and the next, and every meeting after them', () => {
    const errand = (start: string) => anErrand(new Date(start), { eventId: start.slice(0, 10) });
    const state = stateAfter(
      meetings(at('2027-01-12T15:00:00Z', { meetingId: 'far' })),
      events(
        errand('2026-11-22T12:00:00Z'),
        errand('2026-11-23T12:00:00Z'),
        errand('2026-12-06T12:00:00Z'),
        errand('2026-12-07T12:00:00Z'),
      ),
    );

    expect(keysOf(calendarDays(state, lisbon))).toEqual([
      ['2026-11-23', '2026-11-23'],
      ['2026-12-06', '2026-12-06'],
      ['2027-01-12', 'far'],
    ]);
  });

  it('shows a meeting once, with the event by which the business may change it', () => {
    const meeting = at('2026-11-30T15:00:00Z');
    const early = stateAfter(events(anEventOf(meeting)));
    const known = reduce(early, happened(meeting));
    const [day] = calendarDays(known, lisbon);

    expect(calendarDays(early, lisbon)).toEqual([]);
    expect(day.entries).toMatchObject([{ key: 'mtg_1', event: { eventId: 'rapport1' } }]);
  });

  // Seen failing with isToCome always true.
  it.each([
    ['is cancelled', { status: 'cancelled' }, 'confirmed'],
    ['has begun', { meetingTime: '2026-11-27T20:00:00Z' }, 'confirmed'],
    ['is gone from Google', {}, 'cancelled'],
  ])('lets nobody change one that %s', (_, facts, status) => {
    const meeting = at('2026-11-30T15:00:00Z', facts);
    const state = stateAfter(meetings(meeting), events(anEventOf(meeting, { status })));

    const entries = calendarDays(state, lisbon).flatMap((day: Day) => day.entries);
    expect(entries).toHaveLength(1);
    expect(entries[0].event).toBeUndefined();
  });

  it('leaves out what the business took out of its calendar, and keeps whole days on theirs', () => {
    const day = { isAllDay: true, resource: { start: { date: '2026-12-01' } } };
    const state = stateAfter(
      events(
        anErrand(new Date('2026-12-01T03:00:00Z'), { eventId: 'fair', ...day }),
        anErrand(new Date('2026-12-02T03:00:00Z'), { status: 'cancelled' }),
      ),
    );

    expect(keysOf(calendarDays(state, { ...lisbon, timeZone: 'Pacific/Honolulu' }))).toEqual([
      ['2026-12-01', 'fair'],
    ]);
  });
});

describe('a meeting of the page', () => {
  // Seen failing with `later` answering what came last.
  it('is not replaced by an older answer that comes later', () => {
    const older = at('2026-11-30T15:00:00Z');
    const newer = { ...older, status: 'cancelled', updatedAt: '2026-11-27T21:05:00.000Z' };

    for (const actions of [
      [happened(newer), happened(older)],
      [happened(newer), meetings(older)],
      [meetings(older), happened(newer)],
    ]) {
      const [day] = calendarDays(stateAfter(...actions), lisbon);
      expect(day.entries).toMatchObject([{ status: 'cancelled', isOff: true }]);
    }
  });

  it('is gone when the API has it no more', () => {
    const state = stateAfter(happened(at('2026-11-30T15:00:00Z')), meetings());

    expect(calendarDays(state, lisbon)).toEqual([]);
  });

  // Seen failing with the filter by toldAt taken out of calendar-state.js.
  it('stays when the API was asked before it was told of', () => {
    const state = stateAfter(happened(at('2026-11-30T15:00:00Z'), 2), meetings());

    expect(calendarDays(state, lisbon)).toHaveLength(1);
  });
});

describe('calendarWeeks', () => {
  it('are fourteen days from Monday, with what stands on each', () => {
    const state = stateAfter(
      meetings(
        at('2026-11-30T15:00:00Z'),
        at('2026-11-30T16:00:00Z', { meetingId: 'off', status: 'cancelled' }),
      ),
      events(anErrand(new Date('2026-11-30T10:00:00Z'))),
    );

    const cells: Cell[] = calendarWeeks(calendarDays(state, lisbon), lisbon);

    expect([cells.length, cells[0]?.date, cells.at(-1)?.date]).toEqual([
      14,
      '2026-11-23',
      '2026-12-06',
    ]);
    expect(cells.filter(({ isToday }) => isToday).map(({ date }) => date)).toEqual(['2026-11-27']);
    expect(cells.find(({ date }) => date === '2026-11-30')).toMatchObject({ ours: 1, own: 1 });
  });
});

describe('the words of a meeting', () => {
  it.each([
    [{ status: 'scheduled', changedBy: null }, 'booked'],
    [{ status: 'scheduled', changedBy: 'business' }, 'booked, moved by the business'],
    [{ status: 'cancelled', changedBy: 'customer' }, 'cancelled by the customer'],
    [{ status: 'pending', changedBy: null }, 'on its way into the calendar'],
    [{ status: 'missed', changedBy: 'business' }, 'nobody came'],
  ])('of %j are “%s”', (meeting, words) => {
    expect(statusWords(meeting)).toBe(words);
  });

  it('say who meets whom, as far as it is known', () => {
    const somewhere = { platform: 'webchat', knownAs: 'Ana' };

    expect(whoWords({ customerName: null, person: 'Rita' }, somewhere)).toBe(
      'with Ana, on the web chat, met by Rita',
    );
    expect(whoWords({ customerName: null, person: undefined }, {})).toBe('');
  });
});
