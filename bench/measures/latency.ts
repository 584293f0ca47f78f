import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Result } from '../report/results.ts';
import { median, type Spread, spread } from '../report/stats.ts';
import { Nothing } from '../setup/helpers.ts';
import type { BenchDatabase, Listener, Stage } from '../setup/stage.ts';
import { alternate, type Plan, type Say, settleDatabase, writersOf } from './plan.ts';
import { drained, lastStatusMs } from './replies.ts';
import { type RepliesSetup, withRedisFor } from './setups.ts';

const Arrivals = z.array(z.object({ to: z.string(), atMs: z.number() }));

const perSecond = 50;

/** From the start of a webhook's POST to the simulator's receipt of its answer, at 50 messages a second. */
export async function measureLatency(
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
        latencyRound(stage, plan, { listener, database, seconds, statuses: setup.statuses });
      for (const listener of Object.values(listeners)) {
        await run(listener, Math.max(3, plan.warmUpSeconds));
      }
      await settleDatabase(database);
      const rounds = await alternate(plan.rounds, async (side, round) => {
        const times = await run(listeners[side], plan.latencySeconds);
        say(
          `latency, ${setup.name}, round ${round + 1}, ${side}: p50 ${times.p50.toFixed(2)} ms, p99 ${times.p99.toFixed(2)} ms, max ${times.max.toFixed(1)} ms, ${times.count} answers`,
        );
        return times;
      });
      return latencyResults(rounds, setup);
    } finally {
      await Promise.all([product.stop(), floor.stop()]);
    }
  });
}

/** One paced run; every message must have its answer. */
export async function latencyRound(
  stage: Stage,
  plan: Plan,
  options: { listener: Listener; database: BenchDatabase; seconds: number; statuses: boolean },
): Promise<Spread> {
  const { listener, database, seconds, statuses } = options;
  await stage.configure({ port: listener.port, statuses });
  await stage.load.prepare({
    port: listener.port,
    connections: 32,
    count: seconds * perSecond,
    writers: writersOf(database, plan),
  });
  const first = await stage.counters();
  await stage.simulators.ask('recordArrivals', null, Nothing);
  const { posts, accepted } = await stage.load.pace({ seconds, perSecond });
  await drained(stage, first.sendsAccepted, accepted);
  await sleep(statuses ? lastStatusMs : 50);
  const arrivals = await stage.simulators.ask('takeArrivals', null, Arrivals);
  const postedAt = new Map(posts.map(({ customer, atMs }) => [customer, atMs]));
  const times = arrivals.flatMap(({ to, atMs }) => {
    const from = postedAt.get(to);
    return from === undefined ? [] : [atMs - from];
  });
  if (times.length !== posts.length) {
    throw new Error(`${posts.length} messages were posted and ${times.length} answers came`);
  }
  return spread(times);
}

function latencyResults(
  rounds: { product: Spread[]; floor: Spread[] },
  setup: RepliesSetup,
): Result[] {
  const line = (metric: string, read: (round: Spread) => number, goal: Result['goal']): Result => ({
    measure: 'latency',
    setup: setup.name,
    metric,
    product: median(rounds.product.map(read)),
    floor: median(rounds.floor.map(read)),
    goal,
  });
  return [
    {
      ...line('p50 ms at 50/s', ({ p50 }) => p50, { of: 'product', atMost: 5 }),
      rounds,
    },
    line('p99 ms at 50/s', ({ p99 }) => p99, { of: 'product', atMost: 11 }),
  ];
}
