import { z } from 'zod';
import { LocalTime, TimeZone, weekdays } from '../lib/local-times.ts';

/** When a stretch of opening hours ends; midnight is 24:00. */
const EndTime = z.union([LocalTime, z.literal('24:00')]);

const Range = z
  .strictObject({ from: LocalTime, to: EndTime })
  .refine(({ from, to }) => from < to, 'must end after it begins: hours over midnight are two');

/** The hours of one day: in order, none into another. */
const DayHours = z
  .array(Range)
  .max(10)
  .refine(
    (ranges) => ranges.every(({ from }, index) => index === 0 || from >= endBefore(ranges, index)),
    'must be in order and not overlap',
  );

function endBefore(ranges: { to: string }[], index: number): string {
  return ranges[index - 1]?.to ?? '';
}

const Week = z.partialRecord(z.enum(weekdays), DayHours);
const LocalDate = z.iso.date();

/** When a business, or one of its people, can be met; on the wall clock of its own zone. */
export const Schedule = z.strictObject({
  timeZone: TimeZone,
  /** A day that is not named is closed. */
  hours: Week,
  /** Taken out of the hours, whatever those are. */
  breaks: Week.optional(),
  /** Holidays: days that are closed, or open at other hours. */
  exceptions: z
    .array(z.strictObject({ date: LocalDate, hours: DayHours }))
    .max(400)
    .optional(),
});
export type Schedule = z.infer<typeof Schedule>;

/** A business's hours; the zone they are read in stands beside them in its profile. */
export const OperatingSchedule = Schedule.omit({ timeZone: true });
export type OperatingSchedule = z.infer<typeof OperatingSchedule>;

const minutes = (max: number) => z.number().int().min(0).max(max);

/** How meetings are placed in the hours. */
export const BookingRules = z.strictObject({
  /** Meetings begin at multiples of this after the hours begin. */
  stepMinutes: z.number().int().min(5).max(480).default(30),
  bufferBeforeMinutes: minutes(480).default(0),
  bufferAfterMinutes: minutes(480).default(0),
  /** Nobody can book what begins sooner. */
  minNoticeMinutes: minutes(43_200).default(60),
  /** Nor what begins later. */
  horizonDays: z.number().int().min(1).max(730).default(60),
  maxPerDay: z.number().int().min(1).max(200).optional(),
  /** How long a slot that was offered is kept for the customer who decides. */
  holdMinutes: z.number().int().min(1).max(60).default(5),
  /** How many slots a customer is offered at once. */
  offerAtMost: z.number().int().min(1).max(10).default(3),
});
export type BookingRules = z.infer<typeof BookingRules>;
