import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { processStatus } from '../../src/lib/embedded-postgres/process-identity.ts';
import type { Account } from '../../src/lib/embedded-postgres/run-program.ts';

type Event = {
  url?: string;
  tookMs?: number;
  log?: string;
  failed?: string;
  code?: string;
  stopped?: true;
};

/** A process of its own that runs the embedded Postgres, and what it has said. */
export type PostgresProcess = {
  child: ChildProcess;
  pid: number;
  events: Event[];
  /** The first event that fits, also one still to come. */
  said(fits: (event: Event) => boolean): Promise<Event>;
  /** The URL of the database, once it is ready. */
  url(): Promise<string>;
  ended: Promise<unknown>;
};

const script = fileURLToPath(new URL('./start-postgres.ts', import.meta.url));

/** Starts one; it leads a process group of its own, as a program started from a terminal does. */
export function startPostgresProcess(
  options: Record<string, unknown>,
  how: { account?: Account | undefined; script?: string } = {},
): PostgresProcess {
  const child = spawn(process.execPath, [how.script ?? script, JSON.stringify(options)], {
    ...how.account,
    detached: true,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const events: Event[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => events.push(JSON.parse(line)));
  const ended = once(child, 'close');
  const said = async (fits: (event: Event) => boolean): Promise<Event> => {
    for (let waitedMs = 0; waitedMs < 20_000; waitedMs += 10) {
      const event = events.find(fits);
      if (event !== undefined) return event;
      await sleep(10);
    }
    throw new Error(`never said; it said ${JSON.stringify(events)}`);
  };
  const url = async () => {
    const event = await said((one) => one.url !== undefined || one.failed !== undefined);
    if (event.url === undefined) throw new Error(`did not start: ${event.failed}`);
    return event.url;
  };
  return { child, pid: child.pid ?? 0, events, said, url, ended };
}

/** Stops it the way `npm start` is stopped, and waits for its end. */
export async function stopPostgresProcess(process: PostgresProcess): Promise<void> {
  process.child.kill('SIGTERM');
  await process.ended;
}

/** Stops those that still run. */
export async function stopAll(processes: readonly PostgresProcess[]): Promise<void> {
  for (const one of processes) {
    if (one.child.exitCode === null && one.child.signalCode === null) {
      await stopPostgresProcess(one);
    }
  }
}

/** A new folder that every user may enter: Postgres runs as another user when the tests run as root. */
export async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rapport-postgres-'));
  await chmod(folder, 0o755);
  return folder;
}

/** Removes it, also when a Postgres that was killed is still letting go of it. */
export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

/** Runs one statement over a connection of its own. */
export async function ask(url: string, statement: string): Promise<unknown[][]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query({ text: statement, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

/** The postmaster that wrote the pid file of the cluster. */
export async function postmasterPid(cluster: string): Promise<number> {
  return Number((await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

/** The living children of a process. */
export async function childrenOf(pid: number): Promise<number[]> {
  const children: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    if ((await processStatus(Number(name)))?.parentPid === pid) children.push(Number(name));
  }
  return children;
}

/** Resolves when the process has ended; fails after ten seconds. */
export async function hasGone(pid: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 10) {
    if ((await processStatus(pid)) === undefined) return;
    await sleep(10);
  }
  throw new Error(`process ${pid} is still there`);
}

/** Kills processes with no chance to tidy up. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It had ended already.
    }
  }
}
