import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Db, Pool } from '../../src/lib/db.ts';
import { silentLog } from '../../src/lib/log.ts';
import { asTenant } from '../../src/lib/tenant.ts';
import { writeEvent } from '../../src/realtime/event-kinds.ts';
import { createPostgresSignalBus } from '../../src/realtime/postgres-signal-bus.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { type EventClient, openEvents, type WireEvent } from './event-client.ts';
import { type RealtimeProcess, startRealtimeProcess } from './realtime-process.ts';

let database: TestDatabase;
let app: ReturnType<TestDatabase['pool']>;
const opened: { close(): unknown }[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  app = database.pool('rapport_app');
});
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});
afterAll(() => database.drop());

async function start(
  options: Partial<Parameters<typeof startRealtimeProcess>[0]> = {},
): Promise<RealtimeProcess> {
  const bus = createPostgresSignalBus({
    pool: app,
    listenUrl: database.ownerUrl,
    processId: randomUUID(),
    log: silentLog,
  });
  const process = await startRealtimeProcess({ pool: app, bus, ...options });
  opened.push(process);
  return process;
}

async function connect(
  process: RealtimeProcess,
  userId: string,
  lastEventId?: string,
): Promise<EventClient> {
  const client = await openEvents({ baseUrl: process.baseUrl, bearer: userId, lastEventId });
  opened.push(client);
  return client;
}

const notice = (text: string) =>
  ({ kind: 'notice', payload: { noticeId: 'ntc_1', kind: 'test', text } }) as const;

/** Commits one event for each text, in one transaction. */
async function happen(userId: string, ...texts: string[]): Promise<void> {
  await asTenant(app, userId, async (tx) => {
    for (const text of texts) await writeEvent(tx, userId, notice(text));
  });
}

/** A transaction that has written an event and stays open until it is told to commit. */
async function openTransaction(
  userId: string,
  text?: string,
): Promise<{ commit(): Promise<unknown> }> {
  const client = await database.owner.connect();
  await client.query('begin');
  if (text === undefined) await client.query('select pg_current_xact_id()');
  else await writeEvent(client as Db, userId, notice(text));
  return { commit: () => client.query('commit').finally(() => client.release()) };
}

function texts(events: WireEvent[]): string[] {
  return events.map(({ data }) => (data as { text: string }).text);
}

const newTenant = () => `usr_${randomUUID().slice(0, 8)}`;

describe('GET /events', () => {
  it('sends what happens after it was opened, with an id and its kind', async () => {
    const userId = newTenant();
    const process = await start();
    await happen(userId, 'before');
    const client = await connect(process, userId);

    await happen(userId, 'line\nbreak "quoted" ñ');
    process.bus.publishLook();
    const [event] = await client.until((events) => events.length === 1);

    expect(event).toEqual({
      id: expect.stringMatching(/^\d+-\d+$/),
      event: 'notice',
      data: notice('line\nbreak "quoted" ñ').payload,
    });
  });

  it('answers 400 to an id that it never gave', async () => {
    const process = await start();

    const answers = await Promise.all(
      ['1', '1-2-3', 'a-1', `${2n ** 64n}-1`, `1-${2n ** 63n}`].map((id) =>
        connect(process, newTenant(), id),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400]);
  });

  it('shows a tenant nothing of another, nor by resuming after the other one’s events', async () => {
    const [mine, theirs] = [newTenant(), newTenant()];
    const process = await start();
    const [me, them] = [await connect(process, mine), await connect(process, theirs)];
    await happen(theirs, 'secret 1', 'secret 2');
    process.bus.publishLook();
    const [theirFirst] = await them.until((events) => events.length === 2);

    const resumed = await connect(process, mine, theirFirst?.id);
    await happen(mine, 'mine');
    process.bus.publishLook();

    await resumed.until((events) => events.length > 0);
    await me.until((events) => events.length > 0);
    expect(texts(resumed.events)).toEqual(['mine']);
    expect(texts(me.events)).toEqual(['mine']);
    expect(texts(them.events)).toEqual(['secret 1', 'secret 2']);
  });

  it('reads for all connected tenants at once and gives each its own', async () => {
    const tenants = Array.from({ length: 5 }, newTenant);
    const process = await start();
    const clients = await Promise.all(tenants.map((userId) => connect(process, userId)));
    for (const userId of tenants) await happen(userId, `for ${userId}`);
    process.bus.publishLook();

    await Promise.all(clients.map((client) => client.until((events) => events.length > 0)));

    expect(clients.map(({ events }) => texts(events))).toEqual(
      tenants.map((userId) => [`for ${userId}`]),
    );
  });

  it('resumes after the last event, page after page, and goes on live', async () => {
    const userId = newTenant();
    const process = await start({ pageSize: 7 });
    const first = await connect(process, userId);
    await happen(userId, 'a');
    process.bus.publishLook();
    await first.until((events) => events.length === 1);
    first.close();
    const missed = Array.from({ length: 40 }, (_, index) => `missed ${index}`);
    await happen(userId, ...missed);

    const second = await connect(process, userId, first.lastEventId());
    await second.until((events) => events.length === 40);
    await happen(userId, 'live');
    process.bus.publishLook();
    await second.until((events) => events.length >= 41);

    expect(texts(second.events)).toEqual([...missed, 'live']);
  });

  // Seen failing with the id taken out of the stream's first block.
  it('loses nothing for a client that was cut before its first event', async () => {
    const userId = newTenant();
    const process = await start();
    const first = await connect(process, userId);
    while (first.lastEventId() === undefined) await pause(5);
    first.close();
    await happen(userId, 'in between');

    const second = await connect(process, userId, first.lastEventId());

    expect(texts(await second.until((events) => events.length > 0))).toEqual(['in between']);
  });

  it('goes on from now for a client whose position lies in the future of a restored database', async () => {
    const userId = newTenant();
    const process = await start();
    const client = await connect(process, userId, `${2n ** 60n}-1`);
    while (process.feed.openStreamsOf(userId) === 0) await pause(5);
    await pause(100);

    await happen(userId, 'here');
    process.bus.publishLook();

    expect(texts(await client.until((events) => events.length > 0))).toEqual(['here']);
  });

  // Seen failing with `and e.xid < (select horizon from snapshot)` taken out of the statement: the reader
  // moves past the open transaction and its event is never shown.
  it('does not jump over an event whose transaction commits after a later one', async () => {
    const userId = newTenant();
    const process = await start();
    const client = await connect(process, userId);
    const slow = await openTransaction(userId, 'written first, committed last');
    await happen(userId, 'written second');
    process.bus.publishLook();
    await pause(200);

    await slow.commit();
    process.bus.publishLook();
    await client.until((events) => events.length === 2);
    const resumed = await connect(process, userId, client.events[0]?.id);
    await resumed.until((events) => events.length === 1);

    expect(texts(client.events)).toEqual(['written first, committed last', 'written second']);
    expect(texts(resumed.events)).toEqual(['written second']);
  });

  // Seen failing with the comparison of positions taken out of `join`.
  it('leaves no gap where catching up meets what is read live', async () => {
    const userId = newTenant();
    const held = holdAnswers(database.pool('rapport_app'));
    const process = await start({ pool: held.pool });
    const live = await connect(process, userId);
    while (live.lastEventId() === undefined) await pause(5);
    await happen(userId, 'first');
    process.bus.publishLook();
    await live.until((events) => events.length === 1);

    const release = held.holdNext();
    const resumed = await connect(process, userId, live.events[0]?.id);
    await held.isHeld();
    await happen(userId, 'between its page and its joining');
    process.bus.publishLook();
    await live.until((events) => events.length === 2);
    release();

    await resumed.until((events) => events.length === 1);
    expect(texts(resumed.events)).toEqual(['between its page and its joining']);
  });

  // Seen failing with `withheld.note` taken out of the feed: nobody announces the end of that transaction.
  it('shows what waited for an older transaction soon after that has ended', async () => {
    const userId = newTenant();
    const process = await start();
    const client = await connect(process, userId);
    const slow = await openTransaction(userId);
    await happen(userId, 'waits');
    process.bus.publishLook();
    await pause(100);
    const seenWhileOpen = client.events.length;

    await slow.commit();

    expect(texts(await client.until((events) => events.length > 0))).toEqual(['waits']);
    expect(seenWhileOpen).toBe(0);
  });

  it('shows every event once and in order to clients that come and go under concurrent transactions', async () => {
    const userId = newTenant();
    const process = await start({ pageSize: 5, pollMs: 50 });
    const watcher = await connect(process, userId);
    let isWriting = true;
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let index = 0; index < 40; index += 1) {
        await asTenant(app, userId, async (tx) => {
          await writeEvent(tx, userId, notice(`${writer} ${index} a`));
          await pause(Math.random() * 15);
          await writeEvent(tx, userId, notice(`${writer} ${index} b`));
        });
        process.bus.publishLook();
      }
    });
    const written = Promise.all(writers).then(() => {
      isWriting = false;
    });

    const received: WireEvent[] = [];
    let lastEventId = watcher.lastEventId();
    while (lastEventId === undefined) {
      await pause(1);
      lastEventId = watcher.lastEventId();
    }
    while (isWriting) {
      const client = await connect(process, userId, lastEventId);
      await pause(Math.random() * 60);
      client.close();
      received.push(...client.events);
      lastEventId = client.lastEventId();
    }
    await written;
    const last = await connect(process, userId, lastEventId);
    await last.until((events) => events.length + received.length >= 320);
    await watcher.until((events) => events.length >= 320);
    received.push(...last.events);

    const stored = await database.owner.query(
      `select payload ->> 'text' as text from realtime_events where user_id = $1 order by xid, event_id`,
      [userId],
    );
    const inOrder = stored.rows.map((row: { text: string }) => row.text);
    expect(texts(received)).toEqual(inOrder);
    expect(texts(watcher.events)).toEqual(inOrder);
  });
});

describe('createEventFeed', () => {
  // Seen failing with the send taken out of the hub: there is no looking without being told here.
  it('brings what another process committed as soon as that one says so', async () => {
    const userId = newTenant();
    const [here, there] = [await start(), await start()];
    const client = await connect(here, userId);
    await untilHears(userId, there, client);

    await happen(userId, 'from there');
    there.bus.publishLook();

    expect(texts(await client.until((events) => events.at(-1)?.id !== undefined))).toContain(
      'from there',
    );
  });

  it('passes on what is not stored, without an id, to that tenant only', async () => {
    const [userId, other] = [newTenant(), newTenant()];
    const [here, there] = [await start(), await start()];
    const [client, stranger] = [await connect(here, userId), await connect(here, other)];

    await untilHears(userId, there, client);

    expect(client.events[0]).toEqual({ event: 'typing', data: { conversationId: 'cnv_1' } });
    expect(stranger.events).toEqual([]);
  });

  // Seen failing with the timer of `pollMs` taken out of the feed.
  it('finds what nobody told it about', async () => {
    const userId = newTenant();
    const process = await start({ pollMs: 50 });
    const client = await connect(process, userId);

    await happen(userId, 'the hint was lost');

    expect(await client.until((events) => events.length === 1)).toHaveLength(1);
  });

  // Seen failing with the cut taken out of EventStream: the server keeps it all.
  it('cuts a client that does not read, which then resumes without a loss', async () => {
    const userId = newTenant();
    const process = await start();
    const slow = await connect(process, userId);
    await happen(userId, 'first');
    process.bus.publishLook();
    await slow.until((events) => events.length === 1);
    slow.pause();
    const long = 'x'.repeat(200_000);

    for (let index = 0; process.feed.openStreams() > 0 && index < 200; index += 1) {
      await happen(userId, `${index} ${long}`);
      process.bus.publishLook();
      await pause(20);
    }
    const count = await database.owner.query(
      'select count(*)::int as count from realtime_events where user_id = $1',
      [userId],
    );
    const open = process.feed.openStreams();
    const resumed = await connect(process, userId, slow.lastEventId());
    await resumed.until((events) => events.length === count.rows[0].count - 1);

    expect(open).toBe(0);
    expect(texts(resumed.events)[0]).toMatch(/^0 x/);
  });

  it('sends a heartbeat, and ends a stream that is old, so that its key is looked at again', async () => {
    const userId = newTenant();
    let time = Date.now();
    const process = await start({ heartbeatMs: 20, maxStreamMs: 1_000, now: () => new Date(time) });
    const client = await connect(process, userId);
    while (client.comments.length === 0) await pause(5);

    time += 1_001;
    await client.ended;

    expect(process.feed.openStreams()).toBe(0);
  });

  it('ends all streams at once when it closes', async () => {
    const process = await start();
    const clients = await Promise.all([newTenant(), newTenant()].map((id) => connect(process, id)));

    await process.feed.close();
    await Promise.all(clients.map(({ ended }) => ended));

    expect(process.feed.openStreams()).toBe(0);
  });
});

/** Waits until hints from `there` reach the client: listening begins in the background. */
async function untilHears(
  userId: string,
  there: RealtimeProcess,
  client: EventClient,
): Promise<void> {
  while (!client.events.some(({ event }) => event === 'typing')) {
    there.bus.publishTransient({ userId, kind: 'typing', payload: { conversationId: 'cnv_1' } });
    await pause(20);
  }
}

/** A pool that can keep back the answers of one connection: they are what the database said before. */
function holdAnswers(pool: Pool): {
  pool: Pool;
  holdNext(): () => void;
  isHeld(): Promise<unknown>;
} {
  const connect = pool.connect.bind(pool);
  let gate: Promise<void> | undefined;
  let held = Promise.withResolvers<void>();
  const heldConnect = async (): Promise<unknown> => {
    const client = await connect();
    if (gate === undefined) return client;
    const opened = gate;
    gate = undefined;
    return {
      query: async (statement: string) => {
        const answer = await client.query(statement);
        held.resolve();
        await opened;
        return answer;
      },
      release: (error?: Error) => client.release(error),
    };
  };
  return {
    pool: Object.assign(pool, { connect: heldConnect }),
    holdNext() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      held = Promise.withResolvers<void>();
      return resolve;
    },
    isHeld: () => held.promise,
  };
}
