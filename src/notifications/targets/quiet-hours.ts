import { z } from 'zod';
import { instantOf, LocalTime, localDay, TimeZone, weekdays } from '../../lib/local-times.ts';

const Range = z.strictObject({
  from: LocalTime,
  to: LocalTime.meta({
    description: 'Not after `from`: it ends on the next day. The same as `from`: 24 hours',
  }),
  days: z
    .array(z.enum(weekdays))
    .min(1)
    .max(7)
    .optional()
    .meta({ description: 'The days on which it begins; every day without them' }),
});

const QuietFields = z.strictObject({
  timeZone: TimeZone,
  ranges: z.array(Range).min(1).max(14),
  exceptHot: z
    .boolean()
    .optional()
    .meta({ description: 'What concerns a lead that is Hot is told all the same' }),
});

/** When a target is not to be disturbed. */
export type QuietHours = z.infer<typeof QuietFields>;

/** Quiet hours that end at some time. */
export const QuietHours: z.ZodType<QuietHours> = QuietFields.refine(
  endsSome,
  'leaves no time at all to tell anything',
);

/** Ranges that touch are one quiet time; longer than this there is no end. */
const maxJoined = 30;

/** When the quiet hours end that it is in at that moment; undefined when it is in none. */
export function quietUntil(quiet: QuietHours, at: Date): Date | undefined {
  let end: Date | undefined;
  for (let joined = 0; joined < maxJoined; joined += 1) {
    const later = endOfRangeAt(quiet, end ?? at);
    if (later === undefined) return end;
    end = later;
  }
  return end;
}

function endOfRangeAt({ timeZone, ranges }: QuietHours, at: Date): Date | undefined {
  const ends: Date[] = [];
  // One that began yesterday may still last.
  for (const plusDays of [-1, 0]) {
    const begins = localDay(at, timeZone, plusDays);
    for (const { from, to, days } of ranges) {
      if (days !== undefined && !days.includes(begins.weekday)) continue;
      const endDay = to > from ? begins : localDay(at, timeZone, plusDays + 1);
      // Where the clock shows a time twice, both are quiet.
      const start = instantOf(begins.date, from, timeZone, 'first');
      const end = instantOf(endDay.date, to, timeZone, 'last');
      if (start <= at && at < end) ends.push(end);
    }
  }
  return ends.sort((one, other) => other.getTime() - one.getTime())[0];
}

/** Any week does: where it is quiet all week, it is quiet now and for ever. */
function endsSome(quiet: QuietHours): boolean {
  const at = new Date('2026-01-05T12:00:00Z');
  const end = quietUntil(quiet, at);
  return end === undefined || end.getTime() - at.getTime() < 8 * 86_400_000;
}
