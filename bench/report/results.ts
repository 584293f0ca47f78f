/** One line of the report: what rapport did, what it is compared with in the same run, and what was hoped for. */
export type Result = {
  measure: string;
  setup: string;
  metric: string;
  product: number;
  other?: { name: string; value: number };
  goal?: Goal;
  /** CPU a message in microseconds, by process. */
  cpuMicros?: Record<string, number>;
  otherCpuMicros?: Record<string, number>;
  /** Every round's figures, for the JSON. */
  rounds?: unknown;
  note?: string;
};

/** What is hoped for of the product's figure, or of its ratio to the other's. */
export type Goal = { of: 'product' | 'ratio' } & ({ atLeast: number } | { atMost: number });

/** Product over other; undefined when there is no other. */
export function ratioOf({ product, other }: Result): number | undefined {
  return other === undefined || other.value === 0 ? undefined : product / other.value;
}

/** Whether the goal is met; undefined when there is none. */
export function isMet(result: Result): boolean | undefined {
  const { goal } = result;
  if (goal === undefined) return undefined;
  const value = goal.of === 'product' ? result.product : ratioOf(result);
  if (value === undefined) return undefined;
  return 'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost;
}
