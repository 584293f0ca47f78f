import { setTimeout as sleep } from 'node:timers/promises';
import { machineNowMs } from '../children/clock.ts';
import type { Result } from '../report/results.ts';
import { cpuBetween, readCpu } from '../setup/cpu.ts';
import { withOwner } from '../setup/postgres.ts';
import type { BenchDatabase, Listener, Stage } from '../setup/stage.ts';
import { startVisitors, type VisitorsProcess } from '../setup/visitors.ts';
import type { Plan, Say } from './plan.ts';
import { modelSettings } from './visitor-round.ts';

/** Few enough for all of them to be stored, and some not yet answered, when the server stops. */
const writtenPerSecond = 20;
const writingSeconds = 3;
/** Until every backend has told what it did. */
const statisticsMs = 1_500;

/** A server that is started again while its visitors wait for answers: until all are back, and what that takes. */
export async function measureStorm(stage: Stage, plan: Plan, say: Say): Promise<Result[]> {
  const database = await stage.createDatabase('webchat');
  const worker = await stage.startProduct({ roles: ['worker'], database });
  let server = await stage.startProduct({ roles: ['server'], database });
  const { port } = server;
  const visitors = startVisitors();
  try {
    await stage.configure({ port, statuses: false, ...modelSettings });
    const keys = database.tenants.map(({ accountId }) => accountId);
    await visitors.arrive({ port, keys, visitors: plan.visitors });
    await visitors.follow({ first: plan.visitors });
    const writing = visitors.write({
      first: plan.visitors,
      seconds: writingSeconds,
      perSecond: writtenPerSecond,
    });
    // Its failure is heard of below, and must not end the bench before.
    writing.catch(() => undefined);
    await sleep(writingSeconds * 1_000 + 100);
    await server.stop();
    server = await stage.startProduct({ roles: ['server'], database, port });
    const back = await comeBack({ stage, database, server, visitors });
    const { lost, counts, posts } = await writing;
    const wrong = counts.outOfOrder + Math.abs(counts.messages - 2 * posts.length);
    say(`webchat, storm: ${JSON.stringify({ ...back, lost, counts })}`);
    const line = (metric: string, product: number): Result => ({
      measure: 'webchat',
      setup: `server started again, ${plan.visitors.toLocaleString('en')} visitors`,
      metric,
      product,
    });
    return [
      { ...line('ms until all are back', back.tookMs), rounds: back },
      line('transactions a visitor', back.transactions / plan.visitors),
      line('CPU ms of the server', back.cpuMs.server),
      line('CPU ms of postgres', back.cpuMs.postgres),
      { ...line('messages without an answer', lost), goal: { of: 'product', atMost: 0 } },
      { ...line('messages doubled or missed', wrong), goal: { of: 'product', atMost: 0 } },
    ];
  } finally {
    await visitors.stop();
    await Promise.all([server.stop(), worker.stop()]);
  }
}

/** From when the server is ready, which is a little after it takes connections. */
async function comeBack(options: {
  stage: Stage;
  database: BenchDatabase;
  server: Listener;
  visitors: VisitorsProcess;
}) {
  const { stage, database, server, visitors } = options;
  const users = [
    { name: 'server', pid: server.processes[0]?.pid ?? 0 },
    { name: 'postgres', pid: stage.postgres.pid, withChildren: true },
  ];
  const readyAtMs = machineNowMs();
  const [commits, cpu] = [await commitsIn(database), await readCpu(users)];
  const { open, refused, firstAtMs, lastAtMs } = await visitors.returned();
  const { server: ofServer = 0, postgres = 0 } = cpuBetween(cpu, await readCpu(users));
  await sleep(statisticsMs);
  return {
    open,
    refused,
    firstAfterMs: firstAtMs - readyAtMs,
    tookMs: lastAtMs - readyAtMs,
    transactions: (await commitsIn(database)) - commits,
    cpuMs: { server: ofServer * 1_000, postgres: postgres * 1_000 },
  };
}

function commitsIn({ url }: BenchDatabase): Promise<number> {
  return withOwner(url, async (owner) => {
    const { rows } = await owner.query<{ commits: string }>(
      'select xact_commit as commits from pg_stat_database where datname = current_database()',
    );
    return Number(rows[0]?.commits ?? 0);
  });
}
