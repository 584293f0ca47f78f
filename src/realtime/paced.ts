/** Work that is asked for often and done rarely. */
export interface Paced {
  /** Has the work done soon. */
  ask(): void;
  /** Has it done as soon as no run is under way. */
  hurry(): void;
  /** Starts no more work and waits for what is under way. */
  close(): Promise<void>;
}

/**
 * Does the work at the end of the tick in which it is first asked for, one run at a time and, unless it is hurried,
 * never within `gapMs` of the last: what is asked in between becomes one run. `work` must not reject.
 */
export function paced(options: { gapMs: number; work: () => Promise<void> }): Paced {
  let isClosed = false;
  let isAsked = false;
  let isHurried = false;
  let endGap = (): void => {};
  let running: Promise<void> | undefined;

  const gap = async (): Promise<void> => {
    if (isHurried || isClosed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, options.gapMs);
      endGap = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };
  const run = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    while (isAsked && !isClosed) {
      isAsked = false;
      isHurried = false;
      await options.work();
      await gap();
    }
    running = undefined;
  };
  const ask = (): void => {
    isAsked = true;
    if (running === undefined && !isClosed) running = run();
  };

  return {
    ask,
    hurry() {
      isHurried = true;
      ask();
      endGap();
    },
    async close() {
      isClosed = true;
      endGap();
      await running;
    },
  };
}
