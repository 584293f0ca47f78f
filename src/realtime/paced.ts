import { sleep } from '../lib/clock.ts';

/** Work that is asked for often and done rarely. */
export interface Paced {
  /** Has the work done soon. */
  ask(): void;
  /** Starts no more work and waits for what is under way. */
  close(): Promise<void>;
}

/**
 * Does the work at the end of the tick in which it is first asked for, one run at a time and never within
 * `gapMs` of the last: what is asked in between becomes one run. `work` must not reject.
 */
export function paced(options: { gapMs: number; work: () => Promise<void> }): Paced {
  const closing = new AbortController();
  let isAsked = false;
  let running: Promise<void> | undefined;

  const run = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    while (isAsked && !closing.signal.aborted) {
      isAsked = false;
      await options.work();
      await sleep(options.gapMs, closing.signal);
    }
    running = undefined;
  };

  return {
    ask() {
      isAsked = true;
      if (running === undefined && !closing.signal.aborted) running = run();
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}
