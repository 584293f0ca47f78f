import type { Goal, Result } from '../report/results.ts';
import { median } from '../report/stats.ts';
import type { CpuSeconds } from '../setup/cpu.ts';
import type { Saturated } from '../setup/helpers.ts';
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

/** What one run of webhooks came to. */
export type AckRound = Saturated & { cpuMicros: CpuSeconds };

/** Durable acknowledgements: webhooks answered after their commit, by one `server` process, against the floor. */
export async function measureAcks(stage: Stage, plan: Plan, say: Say): Promise<Result[]> {
  const database = await stage.createDatabase();
  const product = await stage.startProduct({ roles: ['server'], database });
  const floor = await stage.startFloor('ack-server.ts', database);
  try {
    const sides = {
      product: { listener: product, database },
      other: { listener: floor, database },
    };
    const name = `server alone, ${plan.connections} connections`;
    const contest = { name, otherName: 'floor', sides };
    return await competeInAcks({ stage, plan, say, contest, goal: { of: 'ratio', atLeast: 1 } });
  } finally {
    await Promise.all([product.stop(), floor.stop()]);
  }
}

/** Measures both sides of a contest by their acks; the goal is for acks a second. */
export async function competeInAcks(options: {
  stage: Stage;
  plan: Plan;
  say: Say;
  contest: Contest;
  goal: Goal;
}): Promise<Result[]> {
  const { stage, plan, say, contest, goal } = options;
  const seconds = { warm_up: plan.warmUpSeconds, full: plan.seconds };
  const rounds = await compete(
    contest,
    plan,
    (contender, length) => ackRound(stage, plan, contender, seconds[length]),
    ({ perSecond, latencyMs: { p50, p99 } }, who) =>
      say(
        `acks, ${who}: ${perSecond.toFixed(0)}/s, p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)} ms`,
      ),
  );
  const line = (metric: string, read: (round: AckRound) => number): Result => ({
    measure: 'acks',
    setup: contest.name,
    metric,
    product: median(rounds.product.map(read)),
    other: { name: contest.otherName, value: median(rounds.other.map(read)) },
  });
  return [
    {
      ...line('acks/s', (round) => round.perSecond),
      goal,
      cpuMicros: middleCpu(rounds.product),
      otherCpuMicros: middleCpu(rounds.other),
      rounds,
    },
    line('p50 ms', (round) => round.latencyMs.p50),
    line('p99 ms', (round) => round.latencyMs.p99),
  ];
}

/** One run of as many webhooks as a contender takes. */
export async function ackRound(
  stage: Stage,
  plan: Plan,
  contender: Contender,
  seconds: number,
): Promise<AckRound> {
  await stage.load.prepare({
    port: contender.listener.port,
    connections: plan.connections,
    count: Math.ceil(seconds * 12_000),
    writers: writersOf(contender, plan),
  });
  const cpu = await countCpu(stage, contender.listener);
  const figures = await stage.load.saturate({ seconds });
  if (figures.refused > 0) throw new Error(`${figures.refused} webhooks were not answered 200`);
  return { ...figures, cpuMicros: await cpu(figures.accepted) };
}
