import { localDay } from '../lib/local-times.ts';
import { type Interval, overlap } from './intervals.ts';
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
  const { schedule, rules, durationMinutes, busy, booked } = question;
  const within = bookable(question);
  if (within.start >= within.end) return [];
  const durationMs = durationMinutes * minuteMs;
  const stepMs = rules.stepMinutes * minuteMs;
  const perDay = Map.groupBy(booked, ({ start }) => localDay(start, schedule.timeZone).date);
  const isFull = (start: Date): boolean =>
    rules.maxPerDay !== undefined &&
    (perDay.get(localDay(start, schedule.timeZone).date)?.length ?? 0) >= rules.maxPerDay;
  const slots: Interval[] = [];
  for (const open of openHours(schedule, within)) {
    const first = Math.max(0, Math.ceil((within.start.getTime() - open.start.getTime()) / stepMs));
    for (let step = first; ; step += 1) {
      const start = new Date(open.start.getTime() + step * stepMs);
      const end = new Date(start.getTime() + durationMs);
      if (start >= within.end || end > open.end) break;
      const guarded = withBuffers({ start, end }, rules);
      if (!busy.some((one) => overlap(one, guarded)) && !isFull(start)) slots.push({ start, end });
    }
  }
  return slots;
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
