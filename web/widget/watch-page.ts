import type { History } from './history.ts';
import type { Nap } from './nap.ts';
import type { Store } from './store.ts';

export type WatchDeps = {
  store: Store;
  nap: Nap;
  history: Pick<History, 'catchUp' | 'refreshOld'>;
  /** What cuts the streams under way. */
  cuts: Set<() => void>;
  isLeading: () => boolean;
};

const tickMs = 1_000;
const frozenMs = 30_000;

/** Minds what becomes of the page: hidden, frozen, without a network, and time going by. Returns how to stop. */
export function watchPage({ store, nap, history, cuts, isLeading }: WatchDeps): () => void {
  let hiddenAt = Date.now();

  const reconnect = (): void => {
    for (const cut of [...cuts]) cut();
    nap.wake();
  };
  const onVisible = (): void => {
    const isVisible = document.visibilityState === 'visible';
    store.dispatch({ type: 'visible', isVisible });
    if (!isVisible) hiddenAt = Date.now();
    if (!isVisible || Date.now() - hiddenAt < frozenMs) return;
    // A page that was frozen may hold a dead connection, and have missed what the other tabs told.
    reconnect();
    if (!isLeading()) void history.catchUp();
  };
  const onShow = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) onVisible();
  };
  const onOnline = (): void => {
    store.dispatch({ type: 'connection', connection: 'connecting' });
    reconnect();
  };
  const onOffline = (): void => store.dispatch({ type: 'connection', connection: 'offline' });
  const onTick = (): void => {
    store.dispatch({ type: 'expired', at: Date.now() });
    const { isOpen, isPageVisible } = store.state();
    if (isOpen && isPageVisible) history.refreshOld(Date.now());
  };

  const ticking = setInterval(onTick, tickMs);
  document.addEventListener('visibilitychange', onVisible);
  window.addEventListener('pageshow', onShow);
  window.addEventListener('online', onOnline);
  window.addEventListener('offline', onOffline);
  return () => {
    clearInterval(ticking);
    document.removeEventListener('visibilitychange', onVisible);
    window.removeEventListener('pageshow', onShow);
    window.removeEventListener('online', onOnline);
    window.removeEventListener('offline', onOffline);
  };
}
