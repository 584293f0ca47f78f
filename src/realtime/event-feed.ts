import type { Now } from '../lib/clock.ts';
import { sleep } from '../lib/clock.ts';
import type { Pool } from '../lib/db.ts';
import { errorText } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { HearConversation } from './conversation-listeners.ts';
import type { EventStream } from './event-stream.ts';
import { type FeedTenant, feedTenant, handOut, joinStream } from './feed-tenant.ts';
import { paced } from './paced.ts';
import { comparePositions, type Position } from './position.ts';
import { readEvents } from './read-events.ts';
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
  /**
   * Tells what happens in one conversation from the moment on at which it resolves; what is told may have happened
   * shortly before. Call what it answers to hear no more.
   */
  listen(
    conversation: { userId: string; conversationId: string },
    hear: HearConversation,
  ): Promise<() => void>;
  /** Streams that are open. */
  openStreams(): number;
  openStreamsOf(userId: string): number;
  /** Ends every stream. */
  close(): Promise<void>;
}

/** Reads once for all tenants that have clients here, whenever it hears that there is something. */
export function createEventFeed(options: EventFeedOptions): EventFeed {
  const { pool, bus, log, now, pageSize = 200 } = options;
  const { pollMs = 2_000, heartbeatMs = 15_000, maxStreamMs = 600_000 } = options;
  const tenants = new Map<string, FeedTenant>();
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
  bus.onTransient(({ userId, ...signal }) => {
    const tenant = tenants.get(userId);
    if (tenant === undefined) return;
    tenant.listeners.tell(signal.payload.conversationId, { isStored: false, ...signal });
    // What is being written is for its customer; people get the message.
    if (signal.kind === 'delta') return;
    for (const stream of tenant.streams) stream.sendTransient(signal.kind, signal.payload);
  });

  const forget = (tenant: FeedTenant): void => {
    if (tenant.streams.size + tenant.listeners.size() > 0) return;
    if (tenants.get(tenant.userId) === tenant) tenants.delete(tenant.userId);
  };
  const leave = (userId: string, stream: EventStream): void => {
    followers.delete(stream);
    const tenant = tenants.get(userId);
    if (tenant === undefined) return;
    tenant.streams.delete(stream);
    forget(tenant);
  };
  const horizon = async (): Promise<Position> => (await readEvents(pool, [], 0)).horizon;

  return {
    now: horizon,
    follow(userId, stream) {
      if (closing.signal.aborted) return stream.end();
      followers.set(stream, userId);
      stream.onClose(() => leave(userId, stream));
      catchUp({ pool, tenants, userId, stream, pageSize }).then(looking.ask, (error) => {
        log.warn('realtime client not caught up', { userId, error: errorText(error) });
        stream.end();
      });
    },
    async listen({ userId, conversationId }, hear) {
      const from = tenants.get(userId)?.after ?? (await horizon());
      const tenant = tenants.get(userId) ?? feedTenant(userId, from);
      tenants.set(userId, tenant);
      const remove = tenant.listeners.add(conversationId, hear);
      looking.ask();
      return () => {
        remove();
        forget(tenant);
      };
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

/**
 * Sends a stream page after page of what it has missed, as fast as its client reads, and joins it to its
 * tenant once it is not behind: from then on the shared reads bring it everything.
 */
async function catchUp(options: {
  pool: Pool;
  tenants: Map<string, FeedTenant>;
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
    if (stream.isOpen && joinStream(tenants, userId, stream)) return;
  }
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
