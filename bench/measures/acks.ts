import type { Result } from '../report/results.ts';
import { median } from '../report/stats.ts';
import type { CpuSeconds } from '../setup/cpu.ts';
import type { Saturated } from '../setup/helpers.ts';
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

type Round = Saturated & { cpuMicros: CpuSeconds };

/** Durable acknowledgements: webhooks answered after their commit, by one `server` process, against the floor. */
export async function measureAcks(stage: Stage, plan: Plan, say: Say): Promise<Result[]> {
  const database = await stage.createDatabase();
  const { port, ...product } = await stage.startProduct({ roles: ['server'], database });
  const floor = await stage.startFloor('ack-server.ts', database);
  try {
    const listeners = { product: { port, ...product }, floor };
    for (const listener of Object.values(listeners)) {
      await ackRound(stage, plan, { listener, database, seconds: plan.warmUpSeconds });
    }
    await settleDatabase(database);
    const rounds = await alternate(plan.rounds, async (side, round) => {
      const figures = await ackRound(stage, plan, {
        listener: listeners[side],
        database,
        seconds: plan.seconds,
      });
      say(
        `acks, round ${round + 1}, ${side}: ${figures.perSecond.toFixed(0)}/s, p50 ${figures.latencyMs.p50.toFixed(1)} ms, p99 ${figures.latencyMs.p99.toFixed(1)} ms`,
      );
      return figures;
    });
    return ackResults(rounds, `server alone, ${plan.connections} connections`);
  } finally {
    await Promise.all([product.stop(), floor.stop()]);
  }
}

/** One run of as many webhooks as one listener takes. */
export async function ackRound(
  stage: Stage,
  plan: Plan,
  options: { listener: Listener; database: BenchDatabase; seconds: number; firstCustomer?: number },
): Promise<Round> {
  const { listener, database, seconds } = options;
  await stage.load.prepare({
    port: listener.port,
    connections: plan.connections,
    count: Math.ceil(seconds * 6_000),
    writers: writersOf(database, plan, options.firstCustomer),
  });
  const cpu = await countCpu(stage, listener);
  const figures = await stage.load.saturate({ seconds });
  if (figures.refused > 0) throw new Error(`${figures.refused} webhooks were not answered 200`);
  return { ...figures, cpuMicros: await cpu(figures.accepted) };
}

/** The rounds of both sides as lines of the report. */
export function ackResults(rounds: { product: Round[]; floor: Round[] }, setup: string): Result[] {
  const middle = (side: Round[], read: (round: Round) => number): number => median(side.map(read));
  const line = (metric: string, read: (round: Round) => number, goal: Result['goal']): Result => ({
    measure: 'acks',
    setup,
    metric,
    product: middle(rounds.product, read),
    floor: middle(rounds.floor, read),
    goal,
  });
  return [
    {
      ...line('acks/s', (round) => round.perSecond, { of: 'ratio', atLeast: 1 }),
      cpuMicros: middleCpu(rounds.product.map(({ cpuMicros }) => cpuMicros)),
      floorCpuMicros: middleCpu(rounds.floor.map(({ cpuMicros }) => cpuMicros)),
      rounds,
    },
    line('p50 ms', (round) => round.latencyMs.p50, undefined),
    line('p99 ms', (round) => round.latencyMs.p99, undefined),
  ];
}
