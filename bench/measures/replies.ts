import { setTimeout as sleep } from 'node:timers/promises';
import type { Goal, Result } from '../report/results.ts';
import { median } from '../report/stats.ts';
import type { CpuSeconds } from '../setup/cpu.ts';
import { Nothing } from '../setup/helpers.ts';
import type { Stage } from '../setup/stage.ts';
import {
  type Contender,
  type Contest,
  compete,
  countCpu,
  middleCpu,
  type Plan,
  type Say,
  writersOf,
} from './plan.ts';
import { type RepliesSetup, withListeners } from './setups.ts';

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
const lastStatusMs = 1_200;

/** Replies that reach the simulated Graph, message in to answer out, against the floor. */
export function measureReplies(
  stage: Stage,
  plan: Plan,
  say: Say,
  setup: RepliesSetup,
): Promise<Result[]> {
  return withListeners(stage, setup, (sides) => {
    const contest = { name: setup.name, otherName: 'floor', sides };
    const goal: Goal =
      setup.queue === 'redis' ? { of: 'ratio', atLeast: 0.4 } : { of: 'product', atLeast: 900 };
    return competeInReplies({ stage, plan, say, contest, goal, statuses: setup.statuses });
  });
}

/** Measures both sides of a contest by their replies. */
export async function competeInReplies(options: {
  stage: Stage;
  plan: Plan;
  say: Say;
  contest: Contest;
  goal: Goal;
  statuses: boolean;
}): Promise<Result[]> {
  const { stage, plan, say, contest, goal, statuses } = options;
  const seconds = { warm_up: plan.warmUpSeconds, full: plan.seconds };
  const rounds = await compete(
    contest,
    plan,
    (contender, length) =>
      replyRound(stage, plan, contender, { seconds: seconds[length], statuses }),
    ({ perSecond, answered, posted }, who) =>
      say(`replies, ${who}: ${perSecond.toFixed(0)}/s, ${answered} answered of ${posted}`),
  );
  const astray = rounds.product.filter(({ posted, answered }) => posted !== answered);
  const note = `not every message had one answer: ${astray.map(({ answered, posted }) => `${answered} of ${posted}`).join(', ')}`;
  return [
    {
      measure: 'replies',
      setup: contest.name,
      metric: 'replies/s',
      product: median(rounds.product.map(({ perSecond }) => perSecond)),
      other: {
        name: contest.otherName,
        value: median(rounds.other.map(({ perSecond }) => perSecond)),
      },
      goal,
      cpuMicros: middleCpu(rounds.product),
      otherCpuMicros: middleCpu(rounds.other),
      rounds,
      ...(astray.length === 0 ? {} : { note }),
    },
  ];
}

/** One run with as many messages as are answered, `plan.outstanding` under way; then waits for the last. */
export async function replyRound(
  stage: Stage,
  plan: Plan,
  contender: Contender,
  options: { seconds: number; statuses: boolean; whileMeasured?: () => Promise<void> },
): Promise<ReplyRound> {
  const { seconds, statuses } = options;
  const { listener } = contender;
  const rampSeconds = Math.min(1, seconds / 4);
  await stage.configure({ port: listener.port, statuses });
  await stage.load.prepare({
    port: listener.port,
    connections: plan.connections,
    count: Math.ceil(seconds * 2_500),
    writers: writersOf(contender, plan),
  });
  const first = await stage.counters();
  await stage.simulators.ask('watch', null, Nothing);
  const conversing = stage.load.converse({
    seconds: seconds + rampSeconds + 0.2,
    outstanding: plan.outstanding,
  });
  await sleep(rampSeconds * 1_000);
  const cpu = await countCpu(stage, listener);
  const from = await stage.counters();
  await Promise.all([sleep(seconds * 1_000), options.whileMeasured?.()]);
  const to = await stage.counters();
  const replies = to.sendsAccepted - from.sendsAccepted;
  const cpuMicros = await cpu(Math.max(1, replies));
  const posted = await conversing;
  await untilAnswered(stage, first.sendsAccepted, posted.accepted);
  await lastStatuses(statuses);
  // Counted now, because a second answer to the same message would have come by now.
  const answered = (await stage.counters()).sendsAccepted - first.sendsAccepted;
  return {
    perSecond: (replies * 1_000) / (to.atMs - from.atMs),
    posted: posted.accepted,
    answered,
    ackP99Ms: posted.latencyMs.p99,
    cpuMicros,
  };
}

/** Waits until all are answered or half a minute has passed; answers how many were. */
export async function untilAnswered(stage: Stage, before: number, posted: number): Promise<number> {
  const startedAt = Date.now();
  for (;;) {
    const answered = (await stage.counters()).sendsAccepted - before;
    if (answered >= posted || Date.now() - startedAt > drainMs) return answered;
    await sleep(20);
  }
}

/** Waits until no status can reach the next round, which is another contender's. */
export async function lastStatuses(areOn: boolean): Promise<void> {
  await sleep(areOn ? lastStatusMs : 50);
}
