import { z } from 'zod';
import type { Result } from '../report/results.ts';
import { median, type Spread, spread } from '../report/stats.ts';
import { Nothing, type Paced } from '../setup/helpers.ts';
import type { Stage } from '../setup/stage.ts';
import { type Contender, compete, type Plan, type Say, writersOf } from './plan.ts';
import { lastStatuses, untilAnswered } from './replies.ts';
import { type RepliesSetup, withListeners } from './setups.ts';

const Arrivals = z.array(
  z.object({ of: z.enum(['model', 'send']), key: z.string(), atMs: z.number() }),
);

/** Times from the start of the POST: until its 200, until the model is asked, until the send arrives. */
export type LatencyRound = { ack: Spread; model: Spread; send: Spread; slowest: SlowAnswer[] };

/** One of the slowest answers, and when in the round its message was posted: a stall shows as many at once. */
export type SlowAnswer = { atSeconds: number; ms: number };

const perSecond = 50;

/** From the start of a webhook's POST to the simulator's receipt of its answer, at 50 messages a second. */
export function measureLatency(
  stage: Stage,
  plan: Plan,
  say: Say,
  setup: RepliesSetup,
): Promise<Result[]> {
  const seconds = { warm_up: plan.warmUpSeconds, full: plan.latencySeconds };
  const { statuses } = setup;
  return withListeners(stage, setup, async (sides) => {
    const rounds = await compete(
      { name: setup.name, otherName: 'floor', sides },
      plan,
      (contender, length) =>
        latencyRound(stage, plan, contender, { seconds: seconds[length], statuses }),
      ({ ack, model, send: { p50, p99, max, count } }, who) =>
        say(
          `latency, ${who}: p50 ${p50.toFixed(2)}, p99 ${p99.toFixed(2)}, max ${max.toFixed(1)} ms, ${count} answers; p50 of the ack ${ack.p50.toFixed(2)}, of asking the model ${model.p50.toFixed(2)} ms`,
        ),
    );
    const line = (metric: string, read: (round: LatencyRound) => number): Result => ({
      measure: 'latency',
      setup: setup.name,
      metric,
      product: median(rounds.product.map(read)),
      other: { name: 'floor', value: median(rounds.other.map(read)) },
    });
    return [
      {
        ...line('p50 ms at 50/s', ({ send }) => send.p50),
        goal: { of: 'product', atMost: 5 },
        rounds,
      },
      { ...line('p99 ms at 50/s', ({ send }) => send.p99), goal: { of: 'product', atMost: 11 } },
      line('of which until the 200, p50', ({ ack }) => ack.p50),
      line('of which until the model is asked, p50', ({ model }) => model.p50),
    ];
  });
}

/** One paced run; every message must have its answer. */
export async function latencyRound(
  stage: Stage,
  plan: Plan,
  contender: Contender,
  { seconds, statuses }: { seconds: number; statuses: boolean },
): Promise<LatencyRound> {
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
  const { posts, accepted, latencyMs } = await stage.load.pace({ seconds, perSecond });
  await untilAnswered(stage, first.sendsAccepted, accepted);
  await lastStatuses(statuses);
  const arrivals = await stage.simulators.ask('takeArrivals', null, Arrivals);
  const asked = postedBy(posts, ({ number }) => String(number));
  const written = postedBy(posts, ({ customer }) => customer);
  const models = arrivals.filter(({ of }) => of === 'model').flatMap((one) => since(asked, one));
  const sends = arrivals.filter(({ of }) => of === 'send').flatMap((one) => since(written, one));
  if (sends.length !== posts.length) {
    throw new Error(`${posts.length} messages were posted and ${sends.length} answers came`);
  }
  const startedAt = posts[0]?.atMs ?? 0;
  return {
    ack: latencyMs,
    model: spread(models.map(({ ms }) => ms)),
    send: spread(sends.map(({ ms }) => ms)),
    slowest: sends
      .sort((a, b) => b.ms - a.ms)
      .slice(0, 12)
      .map(({ ms, atMs }) => ({ ms, atSeconds: (atMs - startedAt) / 1_000 })),
  };
}

function postedBy(
  posts: Paced['posts'],
  keyOf: (post: Paced['posts'][number]) => string,
): Map<string, number> {
  return new Map(posts.map((post) => [keyOf(post), post.atMs]));
}

function since(posted: Map<string, number>, arrival: { key: string; atMs: number }) {
  const atMs = posted.get(arrival.key);
  return atMs === undefined ? [] : [{ atMs, ms: arrival.atMs - atMs }];
}
