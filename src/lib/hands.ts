/** So many things at once and no more. */
export interface Hands {
  /** Resolves when a hand is free, which is then taken. */
  take(): Promise<void>;
  /** Gives a hand back to whoever waits longest. */
  letGo(): void;
}

/** `count` hands, all free. */
export function createHands(count: number): Hands {
  const waiting: (() => void)[] = [];
  let free = count;
  return {
    async take() {
      if (free > 0) {
        free -= 1;
        return;
      }
      // Passed on from one to the next, so that nobody who comes later is first.
      await new Promise<void>((mine) => waiting.push(mine));
    },
    letGo() {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    },
  };
}
