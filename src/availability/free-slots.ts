import { localDay } from '../lib/local-times.ts';
import { type Interval, joined } from './intervals.ts';
import { openHours } from './open-hours.ts';
import type { BookingRules, Schedule } from './schedule.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** What is asked for, and all that it depends on. */
export type SlotQuestion = {
  schedule: Schedule;
  rules: BookingRules;
  durationMinutes: number;
  /** When the person is busy, by their calendars and by our own bookings and holds. */
  busy: readonly Interval[];
  /** Our own bookings: they count against what may be booked on a day. */
  booked: readonly Interval[];
  now: Date;
  /** Slots that begin in here. */
  within: Interval;
};

/**
 * The slots of a person that are free, in order. A slot lies in the hours as a whole, is as long as it says also where
 * clocks change in it, and is as far from everything busy as the buffers want.
 */
export function freeSlots(question: SlotQuestion): Interval[] {
  const { schedule, rules, durationMinutes, busy } = question;
  const within = bookable(question);
  if (within.start >= within.end) return [];
  const durationMs = durationMinutes * minuteMs;
  const stepMs = rules.stepMinutes * minuteMs;
  const isFull = fullDays(question);
  const isTaken = takenInOrder(busy);
  const slots: Interval[] = [];
  for (const open of openHours(schedule, within)) {
    const isFullAt = isFull(open);
    const first = Math.max(0, Math.ceil((within.start.getTime() - open.start.getTime()) / stepMs));
    for (let step = first; ; step += 1) {
      const start = new Date(open.start.getTime() + step * stepMs);
      const end = new Date(start.getTime() + durationMs);
      if (start >= within.end || end > open.end) break;
      if (!isTaken(withBuffers({ start, end }, rules)) && !isFullAt(start))
        slots.push({ start, end });
    }
  }
  return slots;
}

/** Whether a stretch meets anything busy, for stretches that are asked about in order: 2,500 ms for ten people are 100 then. */
function takenInOrder(busy: readonly Interval[]): (one: Interval) => boolean {
  const taken = joined(busy);
  let next = 0;
  return ({ start, end }) => {
    // What ends before this one ends before all that follow.
    while ((taken[next]?.end ?? end) <= start) next += 1;
    return (taken[next]?.start ?? end) < end;
  };
}

/** Which days are booked up to the limit; a stretch of hours within one day is asked about once. */
function fullDays({
  schedule: { timeZone },
  rules: { maxPerDay },
  booked,
}: SlotQuestion): (open: Interval) => (start: Date) => boolean {
  if (maxPerDay === undefined) return () => () => false;
  const dayOf = (moment: Date): string => localDay(moment, timeZone).date;
  const perDay = Map.groupBy(booked, ({ start }) => dayOf(start));
  const isFull = (day: string): boolean => (perDay.get(day)?.length ?? 0) >= maxPerDay;
  return (open) => {
    const day = dayOf(open.start);
    if (day !== dayOf(new Date(open.end.getTime() - 1))) return (start) => isFull(dayOf(start));
    const isFullDay = isFull(day);
    return () => isFullDay;
  };
}

/** Where slots may begin at all: with the notice that is wanted, and not beyond the horizon. */
function bookable({ rules, now, within }: SlotQuestion): Interval {
  const soonest = now.getTime() + rules.minNoticeMinutes * minuteMs;
  const latest = now.getTime() + rules.horizonDays * dayMs;
  return {
    start: new Date(Math.max(within.start.getTime(), soonest)),
    end: new Date(Math.min(within.end.getTime(), latest)),
  };
}

/** A meeting with the time around it that has to be free as well. */
export function withBuffers({ start, end }: Interval, rules: BookingRules): Interval {
  return {
    start: new Date(start.getTime() - rules.bufferBeforeMinutes * minuteMs),
    end: new Date(end.getTime() + rules.bufferAfterMinutes * minuteMs),
  };
}
