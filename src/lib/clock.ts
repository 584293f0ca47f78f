/** Tells the time; tests pass their own. */
export type Now = () => Date;

/** Resolves after so many milliseconds, or at once when the signal aborts. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}

/** Resolves when the work is done, or after so many milliseconds; rejects as the work does. No timer is left behind. */
export async function waitAtMost(ms: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  try {
    await Promise.race([work, sleep(ms, over.signal)]);
  } finally {
    over.abort();
  }
}

/** Exponential backoff with full jitter between half and all of the step, in milliseconds. */
export function backoffMs(options: {
  attempt: number;
  baseMs: number;
  maxMs: number;
  random: () => number;
}): number {
  const step = Math.min(options.maxMs, options.baseMs * 2 ** Math.max(0, options.attempt - 1));
  return Math.round(step / 2 + (options.random() * step) / 2);
}
