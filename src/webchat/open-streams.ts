import type { Now } from '../lib/clock.ts';
import type { SseConnection } from '../realtime/sse-connection.ts';

type Connection = Pick<SseConnection, 'beat' | 'end' | 'onClose'>;

export type OpenStreamsOptions = {
  now: Now;
  random: () => number;
  heartbeatMs?: number | undefined;
  /** A stream is ended after this, so that its client must show a token that is still good. */
  maxStreamMs?: number | undefined;
};

/** The streams of this process that are open: each is kept from looking idle, and ended in time. */
export type OpenStreams = {
  add(address: string, connection: Connection): void;
  countOf(address: string): number;
  /** Ends every stream. */
  close(): void;
};

/** A heartbeat of thousands at once would hold up everybody who waits for a word: each has its turn. */
const turns = 30;
/** Visitors who came back together after a restart do not all have to come again together. */
const earlierByAtMost = 0.2;

/** No stream is open yet. */
export function createOpenStreams(options: OpenStreamsOptions): OpenStreams {
  const { now, random, heartbeatMs = 15_000, maxStreamMs = 600_000 } = options;
  const byTurn = Array.from({ length: turns }, () => new Map<Connection, number>());
  const counts = new Map<string, number>();
  let opened = 0;
  let turn = 0;

  const change = (address: string, by: number): void => {
    const count = (counts.get(address) ?? 0) + by;
    if (count === 0) counts.delete(address);
    else counts.set(address, count);
  };
  const timer = setInterval(() => {
    turn = (turn + 1) % turns;
    for (const [connection, endsAtMs] of byTurn[turn] ?? []) {
      if (now().getTime() >= endsAtMs) connection.end();
      else connection.beat();
    }
  }, heartbeatMs / turns);
  timer.unref();

  return {
    add(address, connection) {
      const own = byTurn[opened % turns];
      opened += 1;
      own?.set(connection, now().getTime() + maxStreamMs * (1 - random() * earlierByAtMost));
      change(address, 1);
      connection.onClose(() => {
        own?.delete(connection);
        change(address, -1);
      });
    },
    countOf: (address) => counts.get(address) ?? 0,
    close() {
      clearInterval(timer);
      for (const streams of byTurn) {
        for (const connection of streams.keys()) connection.end();
      }
    },
  };
}
