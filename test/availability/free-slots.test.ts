import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { freeSlots, type SlotQuestion, withBuffers } from '../../src/availability/free-slots.ts';
import { type Interval, overlap } from '../../src/availability/intervals.ts';
import { BookingRules, Schedule } from '../../src/availability/schedule.ts';
import { localDay } from '../../src/lib/local-times.ts';

const weekly = (from: string, to: string) => ({
  mon: [{ from, to }],
  tue: [{ from, to }],
  wed: [{ from, to }],
  thu: [{ from, to }],
  fri: [{ from, to }],
  sat: [{ from, to }],
  sun: [{ from, to }],
});

const at = (text: string) => new Date(text);

function question(changes: Partial<SlotQuestion> = {}): SlotQuestion {
  return {
    schedule: Schedule.parse({ timeZone: 'Europe/Lisbon', hours: weekly('09:00', '12:00') }),
    rules: BookingRules.parse({ minNoticeMinutes: 0 }),
    durationMinutes: 60,
    busy: [],
    booked: [],
    now: at('2026-11-27T00:00:00Z'),
    within: { start: at('2026-11-30T00:00:00Z'), end: at('2026-12-01T00:00:00Z') },
    ...changes,
  };
}

const starts = (asked: SlotQuestion) =>
  freeSlots(asked).map(({ start }) => start.toISOString().slice(0, 16));

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the wall clock of a zone shows. */
function clock(moment: Date, timeZone: string): string {
  const options = { timeZone, hour: '2-digit', minute: '2-digit' } as const;
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', options);
  formats.set(timeZone, format);
  return format.format(moment);
}

/** Whether a slot lies within the hours of one day, by what people on the spot would read off their clocks. */
function isOpen(
  { start, end }: Interval,
  { schedule: { timeZone, hours } }: SlotQuestion,
): boolean {
  const range = hours.mon?.[0];
  const moments = [start, new Date(end.getTime() - 1)];
  const days = moments.map((one) => localDay(one, timeZone).date);
  return (
    days[0] === days[1] &&
    moments
      .map((one) => clock(one, timeZone))
      .every((shown) => shown >= (range?.from ?? '') && shown < (range?.to ?? ''))
  );
}

describe('freeSlots', () => {
  it('begins each step within the hours, and lets none reach out of them', () => {
    expect(starts(question())).toEqual([
      '2026-11-30T09:00',
      '2026-11-30T09:30',
      '2026-11-30T10:00',
      '2026-11-30T10:30',
      '2026-11-30T11:00',
    ]);
  });

  it('keeps the buffers free of everything busy, and touches what only touches', () => {
    const busy = [{ start: at('2026-11-30T10:00:00Z'), end: at('2026-11-30T10:30:00Z') }];

    expect(starts(question({ busy }))).toEqual([
      '2026-11-30T09:00',
      '2026-11-30T10:30',
      '2026-11-30T11:00',
    ]);
    const rules = BookingRules.parse({ minNoticeMinutes: 0, bufferBeforeMinutes: 15 });
    expect(starts(question({ busy, rules }))).toEqual(['2026-11-30T09:00', '2026-11-30T11:00']);
  });

  it('leaves out breaks, holidays and what an exception closes, and opens what it opens', () => {
    const schedule = Schedule.parse({
      timeZone: 'Europe/Lisbon',
      hours: weekly('09:00', '12:00'),
      breaks: { mon: [{ from: '10:00', to: '10:30' }] },
      exceptions: [
        { date: '2026-12-01', hours: [] },
        { date: '2026-12-02', hours: [{ from: '15:00', to: '16:00' }] },
      ],
    });
    const within = { start: at('2026-11-30T00:00:00Z'), end: at('2026-12-03T00:00:00Z') };

    expect(starts(question({ schedule, within }))).toEqual([
      '2026-11-30T09:00',
      '2026-11-30T10:30',
      '2026-11-30T11:00',
      '2026-12-02T15:00',
    ]);
  });

  it('asks for notice, looks no further than the horizon, and fills no day beyond its limit', () => {
    const now = at('2026-11-30T09:10:00Z');
    const rules = BookingRules.parse({ minNoticeMinutes: 60, horizonDays: 1, maxPerDay: 1 });
    const within = { start: at('2026-11-30T00:00:00Z'), end: at('2026-12-05T00:00:00Z') };
    const booked = [{ start: at('2026-12-01T09:00:00Z'), end: at('2026-12-01T10:00:00Z') }];

    expect(starts(question({ now, rules, within }))).toEqual([
      '2026-11-30T10:30',
      '2026-11-30T11:00',
      '2026-12-01T09:00',
    ]);
    expect(starts(question({ now, rules, within, booked }))).toEqual([
      '2026-11-30T10:30',
      '2026-11-30T11:00',
    ]);
  });

  // London puts its clocks back at 2:00 on 25 October 2026, Lord Howe forward by half an hour on 4 October.
  it.each([
    ['Europe/London', '2026-10-25', '00:00', '03:00', 60, 4],
    ['Europe/London', '2026-03-29', '00:00', '03:00', 60, 2],
    ['Australia/Lord_Howe', '2026-10-04', '01:00', '03:00', 30, 3],
    ['Australia/Lord_Howe', '2026-04-05', '01:00', '03:00', 30, 5],
  ])('counts real time in %s on %s', (timeZone, date, from, to, minutes, count) => {
    const schedule = Schedule.parse({
      timeZone,
      hours: {},
      exceptions: [{ date, hours: [{ from, to }] }],
    });
    const day = new Date(`${date}T00:00:00Z`).getTime();
    const asked = question({
      schedule,
      rules: BookingRules.parse({ minNoticeMinutes: 0, stepMinutes: minutes, horizonDays: 400 }),
      durationMinutes: minutes,
      now: new Date(day - 10 * 86_400_000),
      within: { start: new Date(day - 86_400_000), end: new Date(day + 2 * 86_400_000) },
    });

    expect(freeSlots(asked)).toHaveLength(count);
  });

  const zones = [
    'America/Sao_Paulo',
    'Europe/London',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'America/St_Johns',
    'Pacific/Apia',
  ];
  const time = (hour: number) => `${String(hour).padStart(2, '0')}:00`;
  const anyQuestion = fc
    .record({
      timeZone: fc.constantFrom(...zones),
      from: fc.integer({ min: 0, max: 20 }),
      hours: fc.integer({ min: 1, max: 8 }),
      // Every change of a clock between 2026 and 2028.
      day: fc.integer({ min: 0, max: 800 }),
      durationMinutes: fc.constantFrom(15, 30, 45, 60, 90),
      stepMinutes: fc.constantFrom(15, 20, 30, 60),
      buffer: fc.constantFrom(0, 10, 30),
      busy: fc.array(
        fc.record({
          start: fc.integer({ min: 0, max: 4_000 }),
          length: fc.integer({ min: 1, max: 600 }),
        }),
        { maxLength: 12 },
      ),
    })
    .map(({ timeZone, from, hours, day, durationMinutes, stepMinutes, buffer, busy }) => {
      const start = Date.UTC(2026, 0, 1) + day * 86_400_000;
      const minute = (count: number) => new Date(start + count * 60_000);
      return question({
        schedule: Schedule.parse({
          timeZone,
          hours: weekly(time(from), from + hours >= 24 ? '24:00' : time(from + hours)),
        }),
        rules: BookingRules.parse({
          minNoticeMinutes: 0,
          stepMinutes,
          bufferBeforeMinutes: buffer,
          bufferAfterMinutes: buffer,
        }),
        durationMinutes,
        busy: busy.map((one) => ({
          start: minute(one.start),
          end: minute(one.start + one.length),
        })),
        now: new Date(start),
        within: { start: new Date(start), end: new Date(start + 3 * 86_400_000) },
      });
    });

  it('never offers what is busy, too short, outside the hours or twice, in any zone at any change of clocks', () => {
    fc.assert(
      fc.property(anyQuestion, (asked) => {
        const slots = freeSlots(asked);
        const durationMs = asked.durationMinutes * 60_000;
        const isInOrder = slots.every((slot, index) => {
          const last = slots[index - 1];
          return last === undefined || last.start < slot.start;
        });
        const areFree = slots.every((slot) => {
          const guarded = withBuffers(slot, asked.rules);
          return !asked.busy.some((one) => overlap(one, guarded));
        });
        const isWhole = slots.every(
          ({ start, end }) => end.getTime() - start.getTime() === durationMs,
        );
        return isInOrder && areFree && isWhole && slots.every((slot) => isOpen(slot, asked));
      }),
      { numRuns: 500 },
    );
  });

  it('offers every step of a free day on which no clock changes', () => {
    fc.assert(
      fc.property(anyQuestion, (asked) => {
        const { timeZone, hours } = asked.schedule;
        const range = hours.mon?.[0];
        const openMinutes = (Number(range?.to.slice(0, 2)) - Number(range?.from.slice(0, 2))) * 60;
        const { stepMinutes } = asked.rules;
        const perDay = Math.max(
          0,
          Math.floor((openMinutes - asked.durationMinutes) / stepMinutes) + 1,
        );
        const byDay = Map.groupBy(
          freeSlots({ ...asked, busy: [] }),
          ({ start }) => localDay(start, timeZone).date,
        );
        // The first and the last day are asked for in part, and on one a clock may change.
        const whole = [...byDay.values()].slice(1, -1);
        return whole.every(
          (slots) => slots.length === perDay || changesClock(slots[0]?.start, timeZone),
        );
      }),
      { numRuns: 300 },
    );
  });
});

function changesClock(moment: Date | undefined, timeZone: string): boolean {
  if (moment === undefined) return false;
  const offsets = [-24, -12, 0, 12, 24].map(
    (hours) =>
      new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
        .formatToParts(new Date(moment.getTime() + hours * 3_600_000))
        .find(({ type }) => type === 'timeZoneName')?.value,
  );
  return new Set(offsets).size > 1;
}
