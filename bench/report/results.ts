/** One line of the report: what rapport did, what its floor did in the same run, and what was hoped for. */
export type Result = {
  measure: string;
  setup: string;
  metric: string;
  product: number;
  floor: number | undefined;
  /** What is compared with the goal: the product's figure, or its ratio to the floor. */
  goal:
    | { of: 'product' | 'ratio'; atLeast: number }
    | { of: 'product' | 'ratio'; atMost: number }
    | undefined;
  /** CPU a message in microseconds, by process. */
  cpuMicros?: Record<string, number>;
  floorCpuMicros?: Record<string, number>;
  /** Every round's figures, for the JSON. */
  rounds?: unknown;
  note?: string;
};

/** Product over floor; undefined without a floor. */
export function ratioOf({ product, floor }: Result): number | undefined {
  return floor === undefined || floor === 0 ? undefined : product / floor;
}

/** Whether the goal is met; undefined when there is none. */
export function isMet(result: Result): boolean | undefined {
  const { goal } = result;
  if (goal === undefined) return undefined;
  const value = goal.of === 'product' ? result.product : ratioOf(result);
  if (value === undefined) return undefined;
  return 'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost;
}
