import { z } from 'zod';
import { instantOf, LocalTime, localDay, TimeZone } from '../../lib/local-times.ts';

const exceptHot = z
  .boolean()
  .optional()
  .meta({ description: 'What concerns a lead that is Hot is told at once' });

/** Several notifications as one message: so long after the first of them, or at times of the day. */
export const Digest = z.union([
  z.strictObject({ everyMinutes: z.number().int().min(1).max(10_080), exceptHot }),
  z.strictObject({ timeZone: TimeZone, at: z.array(LocalTime).min(1).max(24), exceptHot }),
]);

export type Digest = z.infer<typeof Digest>;

/** When a digest is due whose first notification is of this moment; always later than that. */
export function digestDueAt(digest: Digest, first: Date): Date {
  if ('everyMinutes' in digest) return new Date(first.getTime() + digest.everyMinutes * 60_000);
  const { timeZone, at } = digest;
  const times = [0, 1, 2].flatMap((plusDays) => {
    const { date } = localDay(first, timeZone, plusDays);
    return at.map((time) => instantOf(date, time, timeZone, 'first').getTime());
  });
  return new Date(Math.min(...times.filter((time) => time > first.getTime())));
}
