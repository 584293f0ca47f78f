/** Timers that end together. */
export type Timers = {
  after(delayMs: number, run: () => void): void;
  /** Resolves after the delay, or when the timers are cleared, so that whoever waits can end. */
  wait(delayMs: number): Promise<void>;
  /** Nothing that is set now will fire. */
  clear(): void;
  /** Nothing will ever fire again. */
  close(): void;
};

export function createTimers(): Timers {
  const running = new Map<NodeJS.Timeout, () => void>();
  let isClosed = false;

  function start(delayMs: number, run: () => void, whenCleared: () => void): void {
    if (isClosed) {
      whenCleared();
      return;
    }
    const timer = setTimeout(() => {
      running.delete(timer);
      run();
    }, delayMs);
    running.set(timer, whenCleared);
  }

  function clear(): void {
    const stopped = [...running];
    running.clear();
    for (const [timer, whenCleared] of stopped) {
      clearTimeout(timer);
      whenCleared();
    }
  }

  return {
    after: (delayMs, run) => start(delayMs, run, () => {}),
    wait: (delayMs) =>
      delayMs > 0 ? new Promise((resolve) => start(delayMs, resolve, resolve)) : Promise.resolve(),
    clear,
    close() {
      isClosed = true;
      clear();
    },
  };
}
