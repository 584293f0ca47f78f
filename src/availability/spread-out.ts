import type { Interval } from './intervals.ts';

/**
 * Orders slots, given by their time, so that any beginning of the list is spread: the first, and then always the one
 * farthest from all before it, the earlier of two.
 */
export function spreadOut<Slot extends Interval>(slots: readonly Slot[]): Slot[] {
  const left = slots.map((slot) => ({ slot, distance: Number.POSITIVE_INFINITY }));
  const picked: Slot[] = [];
  while (left.length > 0) {
    const index = farthest(left);
    const [next] = left.splice(index, 1);
    if (next === undefined) break;
    picked.push(next.slot);
    for (const one of left) {
      const distance = Math.abs(one.slot.start.getTime() - next.slot.start.getTime());
      one.distance = Math.min(one.distance, distance);
    }
  }
  return picked;
}

function farthest(left: readonly { distance: number }[]): number {
  let best = 0;
  for (const [index, { distance }] of left.entries()) {
    if (distance > (left[best]?.distance ?? 0)) best = index;
  }
  return best;
}
