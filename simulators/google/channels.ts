import type { Counters } from '../counters.ts';
import type { Timers } from '../lib/timers.ts';
import type { SimulatorSettings } from '../settings.ts';

/** Where changes of a calendar are told. */
export type Channel = {
  id: string;
  calendarId: string;
  resourceId: string;
  resourceUri: string;
  address: string;
  token: string | undefined;
  expiresAt: number;
};

/** The channels that are open. */
export type Channels = {
  /** False when the id is taken. Posts `sync` at once. */
  open(channel: Channel): boolean;
  /** False when there is none such. */
  stop(id: string, resourceId: string): boolean;
  all(): Channel[];
  /** Posts `exists` soon, once for changes that come together. */
  changed(calendarId: string): void;
  clear(): void;
};

type Deps = { settings: SimulatorSettings; counters: Counters; timers: Timers; now: () => number };

const retryWaitsMs = [100, 400, 1600];
/** What Google posts again after. */
const passing = [0, 500, 502, 503, 504];
const answerTimeoutMs = 10_000;

/** Opens a Google that tells nobody anything yet. */
export function createChannels(deps: Deps): Channels {
  const open = new Map<string, Channel & { messages: number; isDue: boolean }>();
  const isOpen = (id: string) => (open.get(id)?.expiresAt ?? 0) > deps.now();
  const tell = (id: string, state: 'sync' | 'exists') => {
    const channel = open.get(id);
    if (channel === undefined || !isOpen(id)) return;
    channel.messages += 1;
    void deliver(deps, () => isOpen(id), channel.address, headersOf(channel, state));
  };
  return {
    open(channel) {
      if (isOpen(channel.id)) return false;
      open.set(channel.id, { ...channel, messages: 0, isDue: false });
      deps.timers.after(0, () => tell(channel.id, 'sync'));
      return true;
    },
    stop: (id, resourceId) => open.get(id)?.resourceId === resourceId && open.delete(id),
    all: () => [...open.values()].filter(({ id }) => isOpen(id)),
    changed(calendarId) {
      for (const channel of open.values()) {
        if (channel.calendarId !== calendarId || channel.isDue) continue;
        channel.isDue = true;
        deps.timers.after(deps.settings.googleNotifyAfterMs, () => {
          channel.isDue = false;
          tell(channel.id, 'exists');
        });
      }
    },
    clear: () => open.clear(),
  };
}

function headersOf(channel: Channel & { messages: number }, state: string): Record<string, string> {
  return {
    'X-Goog-Channel-ID': channel.id,
    'X-Goog-Channel-Expiration': new Date(channel.expiresAt).toUTCString(),
    'X-Goog-Message-Number': String(channel.messages),
    'X-Goog-Resource-ID': channel.resourceId,
    'X-Goog-Resource-State': state,
    'X-Goog-Resource-URI': channel.resourceUri,
    ...(channel.token === undefined ? {} : { 'X-Goog-Channel-Token': channel.token }),
  };
}

async function deliver(
  { counters, timers }: Deps,
  isOpen: () => boolean,
  address: string,
  headers: Record<string, string>,
): Promise<void> {
  for (const waitMs of [0, ...retryWaitsMs]) {
    await timers.wait(waitMs);
    if (!isOpen()) return;
    counters.googleNotifications += 1;
    if (!passing.includes(await post(address, headers))) return;
  }
}

async function post(address: string, headers: Record<string, string>): Promise<number> {
  try {
    const signal = AbortSignal.timeout(answerTimeoutMs);
    const answer = await fetch(address, { method: 'POST', headers, signal, redirect: 'manual' });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}
