import type { Now } from '../lib/clock.ts';
import { sleep } from '../lib/clock.ts';
import type { Pool } from '../lib/db.ts';
import { errorText } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { EventStream } from './event-stream.ts';
import { paced } from './paced.ts';
import { comparePositions, type Position } from './position.ts';
import { type EventPage, readEvents } from './read-events.ts';
import type { SignalBus } from './signal-bus.ts';

export type EventFeedOptions = {
  pool: Pool;
  bus: SignalBus;
  log: Log;
  now: Now;
  /** How often to look without being told, while somebody is connected. */
  pollMs?: number;
  heartbeatMs?: number;
  /** A stream is ended after this, so that its client must show a key that is still good. */
  maxStreamMs?: number;
  /** Events of one tenant that are read at once. */
  pageSize?: number;
};

/** Brings what happened to the clients of this process that are connected; one for each process. */
export interface EventFeed {
  /** Where a client begins that wants to hear only what happens from now on. */
  now(): Promise<Position>;
  /** Sends a stream all that its tenant has after the stream's position, and then what comes, until it closes. */
  follow(userId: string, stream: EventStream): void;
  /** Streams that are open. */
  openStreams(): number;
  openStreamsOf(userId: string): number;
  /** Ends every stream. */
  close(): Promise<void>;
}

type Tenant = { userId: string; after: Position; streams: Set<EventStream> };

/** Reads once for all tenants that have clients here, whenever it hears that there is something. */
export function createEventFeed(options: EventFeedOptions): EventFeed {
  const { pool, bus, log, now, pageSize = 200 } = options;
  const { pollMs = 2_000, heartbeatMs = 15_000, maxStreamMs = 600_000 } = options;
  const tenants = new Map<string, Tenant>();
  const followers = new Map<EventStream, string>();
  const closing = new AbortController();

  const looking = paced({
    gapMs: 10,
    work: async () => {
      if (tenants.size === 0) return;
      const readers = [...tenants.values()];
      try {
        const page = await readEvents(pool, readers, pageSize);
        handOut(readers, page, pageSize);
        if (readers.some((tenant) => comparePositions(tenant.after, page.horizon) < 0)) {
          looking.ask();
        }
        withheld.note(page.isWithholding);
      } catch (error) {
        log.warn('realtime events not read', { error: errorText(error) });
      }
    },
  });
  const withheld = lookAgainLater(looking.ask, closing.signal);

  const beat = (): void => {
    for (const stream of followers.keys()) {
      if (now().getTime() - stream.openedAt.getTime() >= maxStreamMs) stream.end();
      else stream.beat();
    }
  };
  const timers = [setInterval(looking.ask, pollMs).unref(), setInterval(beat, heartbeatMs).unref()];

  bus.onLook(looking.ask);
  bus.onTransient(({ userId, kind, payload }) => {
    for (const stream of tenants.get(userId)?.streams ?? []) stream.sendTransient(kind, payload);
  });

  const leave = (userId: string, stream: EventStream): void => {
    followers.delete(stream);
    const tenant = tenants.get(userId);
    tenant?.streams.delete(stream);
    if (tenant?.streams.size === 0) tenants.delete(userId);
  };

  return {
    now: async () => (await readEvents(pool, [], 0)).horizon,
    follow(userId, stream) {
      if (closing.signal.aborted) return stream.end();
      followers.set(stream, userId);
      stream.onClose(() => leave(userId, stream));
      catchUp({ pool, tenants, userId, stream, pageSize }).then(looking.ask, (error) => {
        log.warn('realtime client not caught up', { userId, error: errorText(error) });
        stream.end();
      });
    },
    openStreams: () => followers.size,
    openStreamsOf: (userId) => [...followers.values()].filter((id) => id === userId).length,
    async close() {
      closing.abort();
      for (const timer of timers) clearInterval(timer);
      for (const stream of followers.keys()) stream.end();
      await looking.close();
    },
  };
}

/** Gives each tenant's clients what was read for it, and moves each tenant on. */
function handOut(readers: Tenant[], page: EventPage, pageSize: number): void {
  const byUser = Map.groupBy(page.events, ({ userId }) => userId);
  for (const tenant of readers) {
    const events = byUser.get(tenant.userId) ?? [];
    for (const event of events) {
      for (const stream of tenant.streams) {
        // A client that has just caught up may be ahead of its tenant.
        if (comparePositions(event.position, stream.position) > 0) stream.send(event);
      }
    }
    const last = events.at(-1);
    tenant.after = last !== undefined && events.length >= pageSize ? last.position : page.horizon;
  }
}

/**
 * Sends a stream page after page of what it has missed, as fast as its client reads, and joins it to its
 * tenant once it is not behind: from then on the shared reads bring it everything.
 */
async function catchUp(options: {
  pool: Pool;
  tenants: Map<string, Tenant>;
  userId: string;
  stream: EventStream;
  pageSize: number;
}): Promise<void> {
  const { pool, tenants, userId, stream, pageSize } = options;
  while (stream.isOpen) {
    const { events, horizon } = await readEvents(
      pool,
      [{ userId, after: stream.position }],
      pageSize,
    );
    for (const event of events) {
      await stream.hasRoom();
      stream.send(event);
    }
    if (events.length >= pageSize) continue;
    // Also brings back a client whose position is from the future: from a database that was restored since.
    stream.position = horizon;
    if (stream.isOpen && join(tenants, userId, stream)) return;
  }
}

function join(tenants: Map<string, Tenant>, userId: string, stream: EventStream): boolean {
  const tenant = tenants.get(userId);
  if (tenant === undefined) {
    tenants.set(userId, { userId, after: stream.position, streams: new Set([stream]) });
    return true;
  }
  if (comparePositions(stream.position, tenant.after) < 0) return false;
  tenant.streams.add(stream);
  return true;
}

/** Looks again soon while events wait for an older transaction: its end is not announced by anybody. */
function lookAgainLater(
  look: () => void,
  signal: AbortSignal,
): { note(isWithholding: boolean): void } {
  let delayMs = 10;
  let isWaiting = false;
  return {
    note(isWithholding) {
      if (!isWithholding) delayMs = 10;
      if (!isWithholding || isWaiting) return;
      isWaiting = true;
      void sleep(delayMs, signal).then(() => {
        isWaiting = false;
        delayMs = Math.min(250, delayMs * 2);
        look();
      });
    },
  };
}
