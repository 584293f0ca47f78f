import { type Digest, digestDueAt } from '../targets/digest.ts';
import type { QuietHours } from '../targets/quiet-hours.ts';
import { waitsUntil } from './before-sending.ts';

/** When a notification goes, and whether it goes by itself. */
export type DeliveryPlan =
  | { goes: 'now' }
  | { goes: 'later'; at: Date }
  | { goes: 'in_digest'; dueAt: Date };

/** Decides when a target gets something: a digest gathers it, quiet hours hold it back. */
export function planDelivery(
  target: { quietHours: QuietHours | null; digest: Digest | null },
  isHot: boolean,
  now: Date,
): DeliveryPlan {
  const { quietHours, digest } = target;
  if (digest !== null && !(digest.exceptHot === true && isHot)) {
    const dueAt = digestDueAt(digest, now);
    return {
      goes: 'in_digest',
      dueAt: waitsUntil({ quietHours, isHot: false }, dueAt) ?? dueAt,
    };
  }
  const at = waitsUntil({ quietHours, isHot }, now);
  return at === undefined ? { goes: 'now' } : { goes: 'later', at };
}
