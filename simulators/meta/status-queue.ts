import type { Counters } from '../counters.ts';
import type { Timers } from '../lib/timers.ts';
import type { SimulatorSettings } from '../settings.ts';
import { envelope, type StatusFacts, statusesValue, statusUpdate } from './payloads.ts';
import type { WebhookSender } from './webhook-sender.ts';

export type DueStatus = Omit<StatusFacts, 'at'> & { phoneNumberId: string };

/** Holds statuses until they are due and posts those due together in one webhook. */
export type StatusQueue = {
  add(delayMs: number, status: DueStatus): void;
  /** Posts one status alone and resolves when it is answered. */
  postNow(status: DueStatus): Promise<void>;
  clear(): void;
};

type Deps = {
  settings: SimulatorSettings;
  counters: Counters;
  timers: Timers;
  sender: WebhookSender;
  now: () => number;
  onStatus: (status: DueStatus) => void;
};

/** Meta puts at most 1,000 updates into one POST. */
const maxUpdatesPerPost = 1000;

export function createStatusQueue(deps: Deps): StatusQueue {
  const { settings, counters, timers, sender, now, onStatus } = deps;
  // One timer for all statuses of a tick: thousands of sends a second would else mean thousands of timers.
  const ticks = new Map<number, DueStatus[]>();

  function postBatch(statuses: DueStatus[]): Promise<unknown> {
    const at = new Date(now());
    for (const status of statuses) onStatus(status);
    const values = [...byNumber(statuses)].map(([phoneNumberId, own]) =>
      statusesValue(
        { phoneNumberId },
        own.map((status) => statusUpdate({ ...status, at })),
      ),
    );
    return sender.deliver(envelope(values));
  }

  function flush(tick: number): void {
    const due = ticks.get(tick) ?? [];
    ticks.delete(tick);
    for (let from = 0; from < due.length; from += maxUpdatesPerPost) {
      void postBatch(due.slice(from, from + maxUpdatesPerPost));
    }
  }

  return {
    add(delayMs, status) {
      counters.statusesQueued += 1;
      const tickMs = Math.max(1, settings.statusFlushMs);
      const tick = Math.ceil((now() + delayMs) / tickMs);
      const waiting = ticks.get(tick);
      if (waiting !== undefined) {
        waiting.push(status);
        return;
      }
      ticks.set(tick, [status]);
      timers.after(Math.max(0, tick * tickMs - now()), () => flush(tick));
    },
    async postNow(status) {
      counters.statusesQueued += 1;
      await postBatch([status]);
    },
    clear: () => ticks.clear(),
  };
}

function byNumber(statuses: DueStatus[]): Map<string, DueStatus[]> {
  const groups = new Map<string, DueStatus[]>();
  for (const status of statuses) {
    const group = groups.get(status.phoneNumberId);
    if (group === undefined) groups.set(status.phoneNumberId, [status]);
    else group.push(status);
  }
  return groups;
}
