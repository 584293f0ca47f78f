/** Pauses that can be ended early: when the network is back, or when there is nothing left to wait for. */
export type Nap = { take(ms: number): Promise<void>; wake(): void };

/** Makes a nap; any number may be taken at once. */
export function createNap(): Nap {
  const ends = new Set<() => void>();
  return {
    take: (ms) =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          ends.delete(end);
          resolve();
        };
        const timer = setTimeout(end, ms);
        ends.add(end);
      }),
    wake: () => {
      for (const end of [...ends]) end();
    },
  };
}
