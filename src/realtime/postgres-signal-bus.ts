import { sleep } from '../lib/clock.ts';
import { createPool, type Pool } from '../lib/db.ts';
import { errorText } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { SignalBus } from './signal-bus.ts';
import { createSignalHub, type SignalTransport } from './signal-hub.ts';

export type PostgresSignalBusOptions = {
  /** Publishes: one short statement of its own for all hints of a moment. */
  pool: Pool;
  /** Listens on a connection of its own; needs a session, so no pooler of transactions in between. */
  listenUrl: string;
  processId: string;
  log: Log;
};

const channel = 'rapport_realtime';
// NOTIFY takes less than 8,000 bytes (postgresql.org/docs/18/sql-notify.html).
const maxPacketBytes = 7_999;
const reconnectAfterMs = 500;
const pingEveryMs = 15_000;

/**
 * Hints over NOTIFY. Committing a NOTIFY takes a lock that all notifying commits of the server share, so it
 * is sent after the fact, in a transaction of its own that does not wait for the disk. The connection that
 * listens is opened when the first callback is registered, and again whenever it is lost.
 */
export function createPostgresSignalBus(options: PostgresSignalBusOptions): SignalBus {
  return createSignalHub({
    transport: notifyTransport(options),
    processId: options.processId,
    onSendError: (error) => options.log.warn('signal not published', { error: errorText(error) }),
  });
}

function notifyTransport({ pool, listenUrl, log }: PostgresSignalBusOptions): SignalTransport {
  const closing = new AbortController();
  let listening: Promise<void> | undefined;
  return {
    maxPacketBytes,
    async send(packets) {
      await pool.query({
        name: 'realtime.notify',
        text: `select set_config('synchronous_commit', 'off', true), pg_notify($1, packet)
                 from unnest($2::text[]) as packet`,
        values: [channel, packets],
      });
    },
    listen(heard) {
      listening = keepListening({ listenUrl, log, heard, signal: closing.signal });
    },
    async close() {
      closing.abort();
      await listening;
    },
  };
}

type Listening = {
  listenUrl: string;
  log: Log;
  heard: Parameters<SignalTransport['listen']>[0];
  signal: AbortSignal;
};

async function keepListening(listening: Listening): Promise<void> {
  const { log, signal } = listening;
  while (!signal.aborted) {
    try {
      await listenOnce(listening);
    } catch (error) {
      log.warn('realtime listener lost its connection', { error: errorText(error) });
    }
    await sleep(reconnectAfterMs, signal);
  }
}

/** Listens until the connection is lost (rejects) or the signal aborts (resolves). */
async function listenOnce({ listenUrl, heard, signal }: Listening): Promise<void> {
  const pool = createPool({
    url: listenUrl,
    maxConnections: 1,
    applicationName: 'rapport realtime',
    onError: () => {},
  });
  try {
    const client = await pool.connect();
    try {
      await new Promise<void>((resolve, reject) => {
        client.on('error', reject);
        client.on('end', () => reject(new Error('the connection ended')));
        client.on('notification', ({ payload }) => heard.packet(payload ?? ''));
        signal.addEventListener('abort', () => resolve());
        if (signal.aborted) resolve();
        client.query(`listen ${channel}`).then(heard.maybeMissed, reject);
        pingUntil(client, signal).catch(reject);
      });
    } finally {
      client.release(true);
    }
  } finally {
    await pool.end();
  }
}

/** Finds out about a connection that is gone without a word. Rejects when a ping is not answered. */
async function pingUntil(
  client: { query(ping: { text: string; query_timeout: number }): Promise<unknown> },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await sleep(pingEveryMs, signal);
    if (!signal.aborted) await client.query({ text: 'select 1', query_timeout: 5_000 });
  }
}
