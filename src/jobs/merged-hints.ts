import type { JobName } from './catalog.ts';

/** A job that waits to be added; its payload is parsed where it is handled. */
export type Hint = { name: JobName; payload: { items: unknown[] }; delayMs: number };

const maxItemsInJob = 500;

/**
 * Hints of one kind that are due together become one job. On Postgres a job costs about a millisecond to add,
 * whatever it carries (BullMQ 6.7 `add`; its `addBulk` makes temporary tables and takes four).
 */
export function mergedHints(hints: Hint[]): Hint[] {
  const merged = new Map<string, Hint[]>();
  for (const hint of hints) {
    const key = `${hint.name} ${hint.delayMs}`;
    const jobs = merged.get(key) ?? [];
    const last = jobs.at(-1);
    if (
      last === undefined ||
      last.payload.items.length + hint.payload.items.length > maxItemsInJob
    ) {
      jobs.push(hint);
    } else {
      jobs[jobs.length - 1] = joined(last, hint);
    }
    merged.set(key, jobs);
  }
  return [...merged.values()].flat();
}

function joined(first: Hint, second: Hint): Hint {
  const items = new Map(
    [...first.payload.items, ...second.payload.items].map((item) => [JSON.stringify(item), item]),
  );
  return { ...first, payload: { items: [...items.values()] } };
}
