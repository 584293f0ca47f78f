import { type Action, reduce, type State } from './state.ts';

/** Holds the state; whoever listens is told after each change. */
export type Store = {
  state(): State;
  dispatch(action: Action): void;
  /** Returns how to stop listening. */
  listen(listener: () => void): () => void;
};

/** Makes a store. */
export function createStore(initial: State): Store {
  let current = initial;
  const listeners = new Set<() => void>();
  return {
    state: () => current,
    dispatch(action) {
      const next = reduce(current, action);
      if (next === current) return;
      current = next;
      for (const listener of [...listeners]) listener();
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
