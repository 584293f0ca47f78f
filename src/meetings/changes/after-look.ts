import { backoffMs } from '../../lib/clock.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** With a channel the poll only finds what a lost notification left. */
const withChannelMs = 30 * minuteMs;
const withoutChannelMs = 3 * minuteMs;
const longestBackoffMs = hourMs;
/** Nothing helps but a person who connects the calendar anew, which looks at once. */
const parkedMs = 6 * hourMs;

/** How a look at a calendar ended. */
export type LookEnd = 'read' | 'failed' | 'parked';

/** When a calendar is looked at again, in milliseconds from now; spread, so that not all are at once. */
export function nextLookMs(
  look: { end: LookEnd; hasChannel: boolean; attempts: number },
  random: () => number,
): number {
  switch (look.end) {
    case 'read': {
      const period = look.hasChannel ? withChannelMs : withoutChannelMs;
      return Math.round(period * (0.9 + 0.2 * random()));
    }
    case 'failed':
      return backoffMs({
        attempt: look.attempts,
        baseMs: 10_000,
        maxMs: longestBackoffMs,
        random,
      });
    case 'parked':
      return Math.round(parkedMs * (0.9 + 0.2 * random()));
  }
}
