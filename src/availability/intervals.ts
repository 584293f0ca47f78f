/** A stretch of time; `end` is the first moment that does not belong to it. */
export type Interval = { start: Date; end: Date };

/** The intervals in order, with those that touch or overlap made one. Empty ones are gone. */
export function joined(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals
    .filter(({ start, end }) => start < end)
    .sort((one, other) => one.start.getTime() - other.start.getTime());
  const result: Interval[] = [];
  for (const interval of sorted) {
    const last = result.at(-1);
    if (last === undefined || last.end < interval.start) result.push({ ...interval });
    else if (last.end < interval.end) last.end = interval.end;
  }
  return result;
}

/** What is left of the intervals without the time that `taken` covers; both may be in any order. */
export function without(intervals: readonly Interval[], taken: readonly Interval[]): Interval[] {
  const holes = joined(taken);
  return joined(intervals).flatMap((interval) => cut(interval, holes));
}

function cut({ start, end }: Interval, holes: readonly Interval[]): Interval[] {
  const pieces: Interval[] = [];
  let from = start;
  for (const hole of holes) {
    if (hole.end <= from) continue;
    if (hole.start >= end) break;
    if (hole.start > from) pieces.push({ start: from, end: hole.start });
    from = hole.end;
  }
  if (from < end) pieces.push({ start: from, end });
  return pieces;
}

/** Whether two intervals have a moment in common. */
export function overlap(one: Interval, other: Interval): boolean {
  return one.start < other.end && other.start < one.end;
}
