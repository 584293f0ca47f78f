/** Turns among the tabs of one visitor: one holder at a time, the next when it lets go or closes. */
export type Locks = {
  /** Whether the browser has locks; without them every tab acts for itself, which is safe but not thrifty. */
  areShared: boolean;
  hold<Result>(name: string, act: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
};

/** The browser's locks, under names of this visitor. */
export function openLocks(prefix: string): Locks {
  const manager = 'locks' in navigator ? navigator.locks : undefined;
  if (manager === undefined) return { areShared: false, hold: (_name, act) => act() };
  return {
    areShared: true,
    async hold(name, act, signal) {
      return await manager.request(prefix + name, signal === undefined ? {} : { signal }, act);
    },
  };
}
