import type { Enqueue } from '../../jobs/catalog.ts';
import { hint } from '../../jobs/hint.ts';
import { batched } from '../../lib/batch.ts';
import { sleep } from '../../lib/clock.ts';
import type { Pool } from '../../lib/db.ts';
import { errorText } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import { type ClickToStore, firstClicks, storeClicks } from './store-clicks.ts';

export type ClickRecorderDeps = {
  receiver: Pool;
  enqueue: Enqueue;
  log: Log;
  /** Waits before another try, in milliseconds; one try more than there are. */
  retryAfterMs?: number[];
};

/** Keeps the clicks on links, apart from who waits for a page. */
export interface ClickRecorder {
  /** Resolves when the click is stored, or when it has to be given up. Never rejects. */
  record(click: ClickToStore): Promise<void>;
  /** Resolves when nothing is being recorded. */
  idle(): Promise<void>;
}

/** In a rush only clicks of people are kept: whoever has any link can fetch it without end. */
const mostBesideUncounted = 100;
const patientlyMs = [200, 1_000, 5_000];

/**
 * Makes the recorder of a process. It has one connection at a time, so that no rush of clicks keeps webhooks
 * waiting; more than a thousand that wait are dropped, with a word in the log.
 */
export function createClickRecorder(deps: ClickRecorderDeps): ClickRecorder {
  const underWay = new Set<Promise<void>>();
  const store = batched<ClickToStore, undefined>({
    maxItems: 1,
    maxConcurrent: 1,
    maxWaiting: 1_000,
    run: async (clicks) => {
      const stored = await deps.receiver.query(storeClicks(clicks));
      const first = firstClicks(stored.rows);
      if (first.length > 0) {
        await hint(deps, 'leads.extract', first);
        await hint(deps, 'leads.tell', first);
      }
      return clicks.map(() => undefined);
    },
  });
  return {
    record: (click) => {
      if (underWay.size >= mostBesideUncounted && !isCounted(click)) return Promise.resolve();
      const recording = tryToStore(deps, store, click).finally(() => underWay.delete(recording));
      underWay.add(recording);
      return recording;
    },
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

function isCounted(click: ClickToStore): boolean {
  return click.kind === 'button' || click.because === null;
}

async function tryToStore(
  { retryAfterMs = patientlyMs, log }: ClickRecorderDeps,
  store: (click: ClickToStore) => Promise<undefined>,
  click: ClickToStore,
): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await store(click);
      return;
    } catch (error) {
      const waitMs = retryAfterMs[attempt];
      if (waitMs === undefined) {
        const { userId, purpose } = click;
        log.error('a click was lost', { userId, purpose, error: errorText(error) });
        return;
      }
      await sleep(waitMs);
    }
  }
}
