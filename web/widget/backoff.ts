const firstMs = 500;
const longestMs = 30_000;

/** How long to wait before the next try, after so many in a row that failed. `chance` is between 0 and 1. */
export function backoffMs(failures: number, chance: number): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.max(0, failures - 1));
  return Math.round(ceiling * (0.5 + chance / 2));
}
