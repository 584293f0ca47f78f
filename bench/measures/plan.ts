import type { Writers } from '../load/requests.ts';
import { median } from '../report/stats.ts';
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
  storedLeads: number;
  /** How often each question about leads is asked. */
  questions: number;
  visitors: number;
  webchatSeconds: number;
};

/** rapport, and what it is compared with. */
export type Side = 'product' | 'other';

/** One side: who takes the webhooks, into which database, and which customers write. */
export type Contender = {
  listener: Listener;
  database: BenchDatabase;
  customers?: { first: number; count: number };
};

export type Contest = { name: string; otherName: string; sides: Record<Side, Contender> };

/** Tells the person at the terminal what happens. */
export type Say = (line: string) => void;

/** Warms both sides up, before and after the tables' statistics are made, then measures them in turn. */
export async function compete<Figures>(
  contest: Contest,
  plan: Plan,
  measure: (contender: Contender, seconds: 'warm_up' | 'full') => Promise<Figures>,
  tell: (figures: Figures, who: string) => void,
): Promise<Record<Side, Figures[]>> {
  const { product, other } = contest.sides;
  for (const contender of [product, other]) await measure(contender, 'warm_up');
  for (const database of new Set([product.database, other.database])) {
    await settleDatabase(database);
  }
  // Fresh statistics make every connection plan its statements again, which is not what a round measures.
  for (const contender of [product, other]) await measure(contender, 'warm_up');
  const figures: Record<Side, Figures[]> = { product: [], other: [] };
  for (let round = 0; round < plan.rounds; round += 1) {
    const order: Side[] = round % 2 === 0 ? ['product', 'other'] : ['other', 'product'];
    for (const side of order) {
      const measured = await measure(contest.sides[side], 'full');
      figures[side].push(measured);
      const who = side === 'product' ? 'rapport' : contest.otherName;
      tell(measured, `${contest.name}, round ${round + 1}, ${who}`);
    }
  }
  return figures;
}

/** The customers of a contender: each writes again only after all others have. */
export function writersOf({ database, customers }: Contender, plan: Plan): Writers {
  return {
    accountIds: database.tenants.map(({ accountId }) => accountId),
    firstCustomer: customers?.first ?? 0,
    customers: customers?.count ?? plan.customers,
    appSecret,
  };
}

/** CPU a message in microseconds, by process, of what ran between the call and the answer's call. */
export async function countCpu(
  stage: Stage,
  listener: Listener,
  loadPid = stage.load.pid,
): Promise<(messages: number) => Promise<CpuSeconds>> {
  const users: CpuUser[] = [
    ...listener.processes,
    { name: 'postgres', pid: stage.postgres.pid, withChildren: true },
    { name: 'simulators', pid: stage.simulators.pid },
    { name: 'load', pid: loadPid },
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
export function middleCpu(rounds: { cpuMicros: CpuSeconds }[]): CpuSeconds {
  const names = [...new Set(rounds.flatMap(({ cpuMicros }) => Object.keys(cpuMicros)))];
  return Object.fromEntries(
    names.map((name) => [name, median(rounds.map(({ cpuMicros }) => cpuMicros[name] ?? 0))]),
  );
}

/** Puts the database in the state that a running installation has soon enough by itself. */
export async function settleDatabase(database: BenchDatabase): Promise<void> {
  await withOwner(database.url, async (owner) => {
    await owner.query('vacuum analyze');
    await owner.query('checkpoint');
  });
}
