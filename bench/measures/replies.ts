import { setTimeout as sleep } from 'node:timers/promises';
import type { Result } from '../report/results.ts';
import { median } from '../report/stats.ts';
import type { CpuSeconds } from '../setup/cpu.ts';
import { Nothing } from '../setup/helpers.ts';
import type { BenchDatabase, Listener, Stage } from '../setup/stage.ts';
import {
  alternate,
  countCpu,
  middleCpu,
  type Plan,
  type Say,
  settleDatabase,
  writersOf,
} from './plan.ts';
import { type RepliesSetup, withRedisFor } from './setups.ts';

/** Replies a second while the backlog stays bounded, and what came of every message. */
export type ReplyRound = {
  perSecond: number;
  posted: number;
  answered: number;
  ackP99Ms: number;
  cpuMicros: CpuSeconds;
};

const drainMs = 30_000;
/** The simulated customer reads 900 ms after a send; then nothing more follows it. */
export const lastStatusMs = 1_200;

/** Replies that reach the simulated Graph, message in to answer out, against the floor. */
export async function measureReplies(
  stage: Stage,
  plan: Plan,
  say: Say,
  setup: RepliesSetup,
): Promise<Result[]> {
  return withRedisFor(setup, async (redisUrl) => {
    const database = await stage.createDatabase();
    const product = await stage.startProduct({ roles: setup.roles, database, redisUrl });
    const floor = await stage.startFloor('reply-server.ts', database);
    try {
      const listeners = { product, floor };
      const run = (listener: Listener, seconds: number) =>
        replyRound(stage, plan, { listener, database, seconds, statuses: setup.statuses });
      for (const listener of Object.values(listeners)) await run(listener, plan.warmUpSeconds);
      await settleDatabase(database);
      const rounds = await alternate(plan.rounds, async (side, round) => {
        const figures = await run(listeners[side], plan.seconds);
        say(
          `replies, ${setup.name}, round ${round + 1}, ${side}: ${figures.perSecond.toFixed(0)}/s, ${figures.answered} answered of ${figures.posted}`,
        );
        return figures;
      });
      return [replyResult(rounds, setup)];
    } finally {
      await Promise.all([product.stop(), floor.stop()]);
    }
  });
}

/** One run with as many messages as are answered, `plan.outstanding` under way; then waits for the last. */
export async function replyRound(
  stage: Stage,
  plan: Plan,
  options: {
    listener: Listener;
    database: BenchDatabase;
    seconds: number;
    statuses: boolean;
    firstCustomer?: number;
  },
): Promise<ReplyRound> {
  const { listener, database, seconds, statuses } = options;
  const rampSeconds = Math.min(1, seconds / 4);
  await stage.configure({ port: listener.port, statuses });
  await stage.load.prepare({
    port: listener.port,
    connections: plan.connections,
    count: Math.ceil(seconds * 2_500),
    writers: writersOf(database, plan, options.firstCustomer),
  });
  const first = await stage.counters();
  await stage.simulators.ask('watch', null, Nothing);
  const conversing = stage.load.converse({
    seconds: seconds + rampSeconds + 0.2,
    outstanding: plan.outstanding,
  });
  await sleep(rampSeconds * 1_000);
  const [cpu, from] = [await countCpu(stage, listener), await stage.counters()];
  await sleep(seconds * 1_000);
  const to = await stage.counters();
  const cpuMicros = await cpu(Math.max(1, to.sendsAccepted - from.sendsAccepted));
  const posted = await conversing;
  const answered = await drained(stage, first.sendsAccepted, posted.accepted);
  // The last statuses must not reach the other side's round.
  if (statuses) await sleep(lastStatusMs);
  return {
    perSecond: ((to.sendsAccepted - from.sendsAccepted) * 1_000) / (to.atMs - from.atMs),
    posted: posted.accepted,
    answered,
    ackP99Ms: posted.latencyMs.p99,
    cpuMicros,
  };
}

/** Waits until all are answered or nothing comes any more; answers how many were. */
export async function drained(stage: Stage, before: number, posted: number): Promise<number> {
  const startedAt = Date.now();
  for (;;) {
    const answered = (await stage.counters()).sendsAccepted - before;
    if (answered >= posted || Date.now() - startedAt > drainMs) return answered;
    await sleep(20);
  }
}

function replyResult(
  rounds: { product: ReplyRound[]; floor: ReplyRound[] },
  setup: RepliesSetup,
): Result {
  const unanswered = rounds.product.filter(({ posted, answered }) => posted !== answered);
  return {
    measure: 'replies',
    setup: setup.name,
    metric: 'replies/s',
    product: median(rounds.product.map(({ perSecond }) => perSecond)),
    floor: median(rounds.floor.map(({ perSecond }) => perSecond)),
    goal: setup.queue === 'redis' ? { of: 'ratio', atLeast: 0.4 } : { of: 'product', atLeast: 900 },
    cpuMicros: middleCpu(rounds.product.map(({ cpuMicros }) => cpuMicros)),
    floorCpuMicros: middleCpu(rounds.floor.map(({ cpuMicros }) => cpuMicros)),
    rounds,
    ...(unanswered.length === 0
      ? {}
      : { note: `not every message had exactly one answer: ${JSON.stringify(unanswered)}` }),
  };
}
