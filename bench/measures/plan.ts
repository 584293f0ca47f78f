import type { Writers } from '../load/requests.ts';
import { type CpuSeconds, type CpuUser, cpuBetween, readCpu } from '../setup/cpu.ts';
import { withOwner } from '../setup/postgres.ts';
import { appSecret, type BenchDatabase, type Listener, type Stage } from '../setup/stage.ts';

/** How long and how often a measure runs. */
export type Plan = {
  rounds: number;
  seconds: number;
  warmUpSeconds: number;
  latencySeconds: number;
  connections: number;
  /** Messages that may wait for their reply at once. */
  outstanding: number;
  customers: number;
  turns: number;
  storedConversations: number;
};

export type Side = 'product' | 'floor';

/** Tells the person at the terminal what happens. */
export type Say = (line: string) => void;

/** Runs both sides in turn, each side first every other round; answers each side's figures. */
export async function alternate<Figures>(
  rounds: number,
  measure: (side: Side, round: number) => Promise<Figures>,
): Promise<Record<Side, Figures[]>> {
  const figures: Record<Side, Figures[]> = { product: [], floor: [] };
  for (let round = 0; round < rounds; round += 1) {
    const order: Side[] = round % 2 === 0 ? ['product', 'floor'] : ['floor', 'product'];
    for (const side of order) figures[side].push(await measure(side, round));
  }
  return figures;
}

/** The customers of a database: each writes again only after all others have. */
export function writersOf(database: BenchDatabase, plan: Plan, firstCustomer = 0): Writers {
  return {
    accountIds: database.tenants.map(({ accountId }) => accountId),
    firstCustomer,
    customers: plan.customers,
    appSecret,
  };
}

/** Puts the database in the state that a running installation has soon enough by itself. */
export async function settleDatabase(database: BenchDatabase): Promise<void> {
  await withOwner(database.url, async (owner) => {
    await owner.query('vacuum analyze');
    await owner.query('checkpoint');
  });
}

/** CPU a message in microseconds, by process, of what ran between the call and the answer's call. */
export async function countCpu(
  stage: Stage,
  listener: Listener,
): Promise<(messages: number) => Promise<CpuSeconds>> {
  const users: CpuUser[] = [
    ...listener.processes,
    { name: 'postgres', pid: stage.postgres.pid, withChildren: true },
    { name: 'simulators', pid: stage.simulators.pid },
    { name: 'load', pid: stage.load.pid },
  ];
  const before = await readCpu(users);
  return async (messages) => {
    const used = cpuBetween(before, await readCpu(users));
    return Object.fromEntries(
      Object.entries(used).map(([name, seconds]) => [name, (seconds * 1e6) / messages]),
    );
  };
}

/** The middle of each process's CPU over the rounds. */
export function middleCpu(rounds: CpuSeconds[]): CpuSeconds {
  const names = [...new Set(rounds.flatMap((round) => Object.keys(round)))];
  return Object.fromEntries(
    names.map((name) => {
      const sorted = rounds.map((round) => round[name] ?? 0).sort((a, b) => a - b);
      return [name, sorted[Math.floor(sorted.length / 2)] ?? 0];
    }),
  );
}
