import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { answerCalls } from '../children/calls.ts';
import { machineNowMs } from '../children/clock.ts';
import { spread } from '../report/stats.ts';
import { type Connection, openConnection } from './connection.ts';
import { type PreparedRequest, requestMaker } from './requests.ts';

const Prepare = z.object({
  port: z.number(),
  connections: z.number(),
  count: z.number(),
  writers: z.object({
    accountIds: z.array(z.string()),
    firstCustomer: z.number(),
    customers: z.number(),
    appSecret: z.string(),
  }),
});

type Prepared = {
  connections: Connection[];
  next: () => PreparedRequest;
};

let prepared: Prepared | undefined;
let outstanding = 0;
let limit = 0;
let resume: () => void = () => undefined;

answerCalls({
  prepare: (payload) => prepare(Prepare.parse(payload)),
  saturate: (payload) => saturate(z.object({ seconds: z.number() }).parse(payload)),
  converse: (payload) =>
    converse(z.object({ seconds: z.number(), outstanding: z.number() }).parse(payload)),
  answered: (payload) => {
    outstanding -= z.number().parse(payload);
    resume();
  },
  pace: (payload) => pace(z.object({ seconds: z.number(), perSecond: z.number() }).parse(payload)),
  burst: (payload) => burst(z.object({ count: z.number() }).parse(payload)),
});

/** Bodies are made and signed before the clock runs; more are made on the way if these do not last. */
function prepare({ port, connections, count, writers }: z.infer<typeof Prepare>): null {
  for (const connection of prepared?.connections ?? []) connection.close();
  const make = requestMaker(writers, port);
  const ready = Array.from({ length: count }, make).reverse();
  prepared = {
    connections: Array.from({ length: connections }, () => openConnection(port)),
    next: () => ready.pop() ?? make(),
  };
  return null;
}

function current(): Prepared {
  if (prepared === undefined) throw new Error('nothing is prepared');
  return prepared;
}

/** Every connection posts as soon as it is answered. */
async function saturate({ seconds }: { seconds: number }) {
  const startedAt = machineNowMs();
  const endsAt = startedAt + seconds * 1_000;
  const posted = await postWhile(() => machineNowMs() < endsAt);
  const tookSeconds = (machineNowMs() - startedAt) / 1_000;
  return { ...posted, perSecond: posted.accepted / tookSeconds };
}

/** Posts `count` messages as fast as the connections take them. */
function burst({ count }: { count: number }) {
  let left = count;
  return postWhile(() => {
    left -= 1;
    return left >= 0;
  });
}

async function postWhile(mayPost: () => boolean) {
  const { connections, next } = current();
  const latenciesMs: number[] = [];
  const statuses = createStatusCount();
  const postOn = (connection: Connection, done: () => void): void => {
    if (!mayPost()) {
      done();
      return;
    }
    const postedAt = machineNowMs();
    connection.send(next().bytes, (status) => {
      latenciesMs.push(machineNowMs() - postedAt);
      statuses.add(status);
      postOn(connection, done);
    });
  };
  await Promise.all(
    connections.map((connection) => new Promise<void>((done) => postOn(connection, done))),
  );
  return { latencyMs: spread(latenciesMs), ...statuses.result() };
}

/** Posts whenever a connection is free and fewer than `outstanding` messages wait for their reply. */
async function converse(options: { seconds: number; outstanding: number }) {
  const { connections, next } = current();
  const latenciesMs: number[] = [];
  const statuses = createStatusCount();
  const free = [...connections];
  const endsAt = machineNowMs() + options.seconds * 1_000;
  outstanding = 0;
  limit = options.outstanding;
  resume = () => {
    while (outstanding < limit) {
      const postedAt = machineNowMs();
      const connection = postedAt < endsAt ? free.pop() : undefined;
      if (connection === undefined) return;
      outstanding += 1;
      connection.send(next().bytes, (status) => {
        latenciesMs.push(machineNowMs() - postedAt);
        statuses.add(status);
        if (status !== 200) outstanding -= 1;
        free.push(connection);
        resume();
      });
    }
  };
  resume();
  await sleep(options.seconds * 1_000);
  while (free.length < connections.length) await sleep(5);
  resume = () => undefined;
  return { latencyMs: spread(latenciesMs), ...statuses.result() };
}

/** Posts at a steady rate, whatever the answers do, and tells when each message was posted. */
async function pace({ seconds, perSecond }: { seconds: number; perSecond: number }) {
  const { connections, next } = current();
  const free = [...connections];
  const posts: { customer: string; number: number; atMs: number }[] = [];
  const latenciesMs: number[] = [];
  const statuses = createStatusCount();
  const startedAt = machineNowMs();
  const count = Math.round(seconds * perSecond);
  for (let n = 0; n < count; n += 1) {
    const dueAt = startedAt + (n * 1_000) / perSecond;
    await sleep(Math.max(0, dueAt - machineNowMs()));
    const connection = free.shift();
    if (connection === undefined) throw new Error('all connections wait for an answer');
    const { bytes, ...message } = next();
    const atMs = machineNowMs();
    posts.push({ ...message, atMs });
    connection.send(bytes, (status) => {
      latenciesMs.push(machineNowMs() - atMs);
      statuses.add(status);
      free.push(connection);
    });
  }
  while (free.length < connections.length) await sleep(5);
  return { posts, latencyMs: spread(latenciesMs), ...statuses.result() };
}

function createStatusCount() {
  const counts = new Map<number, number>();
  return {
    add(status: number): void {
      counts.set(status, (counts.get(status) ?? 0) + 1);
    },
    result() {
      const accepted = counts.get(200) ?? 0;
      const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
      return { accepted, refused: all - accepted };
    },
  };
}
