import { z } from 'zod';
import type { Result } from '../report/results.ts';
import { median, type Spread, spread } from '../report/stats.ts';
import { Nothing } from '../setup/helpers.ts';
import type { Stage } from '../setup/stage.ts';
import { type Contender, compete, type Plan, type Say, writersOf } from './plan.ts';
import { lastStatuses, untilAnswered } from './replies.ts';
import { type RepliesSetup, withListeners } from './setups.ts';

const Arrivals = z.array(z.object({ to: z.string(), atMs: z.number() }));

const perSecond = 50;

/** From the start of a webhook's POST to the simulator's receipt of its answer, at 50 messages a second. */
export function measureLatency(
  stage: Stage,
  plan: Plan,
  say: Say,
  setup: RepliesSetup,
): Promise<Result[]> {
  const seconds = { warm_up: Math.max(4, plan.warmUpSeconds), full: plan.latencySeconds };
  const { statuses } = setup;
  return withListeners(stage, setup, async (sides) => {
    const rounds = await compete(
      { name: setup.name, otherName: 'floor', sides },
      plan,
      (contender, length) =>
        latencyRound(stage, plan, contender, { seconds: seconds[length], statuses }),
      ({ p50, p99, max, count }, who) =>
        say(
          `latency, ${who}: p50 ${p50.toFixed(2)}, p99 ${p99.toFixed(2)}, max ${max.toFixed(1)} ms, ${count} answers`,
        ),
    );
    const line = (metric: string, read: (round: Spread) => number, atMost: number): Result => ({
      measure: 'latency',
      setup: setup.name,
      metric,
      product: median(rounds.product.map(read)),
      other: { name: 'floor', value: median(rounds.other.map(read)) },
      goal: { of: 'product', atMost },
    });
    return [
      { ...line('p50 ms at 50/s', ({ p50 }) => p50, 5), rounds },
      line('p99 ms at 50/s', ({ p99 }) => p99, 11),
    ];
  });
}

/** One paced run; every message must have its answer. */
export async function latencyRound(
  stage: Stage,
  plan: Plan,
  contender: Contender,
  { seconds, statuses }: { seconds: number; statuses: boolean },
): Promise<Spread> {
  const { port } = contender.listener;
  await stage.configure({ port, statuses });
  await stage.load.prepare({
    port,
    connections: 64,
    count: Math.ceil(seconds * perSecond),
    writers: writersOf(contender, plan),
  });
  const first = await stage.counters();
  await stage.simulators.ask('recordArrivals', null, Nothing);
  const { posts, accepted } = await stage.load.pace({ seconds, perSecond });
  await untilAnswered(stage, first.sendsAccepted, accepted);
  await lastStatuses(statuses);
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
