import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TransientError } from '../errors.ts';
import { processStatus } from './process-identity.ts';
import { runProgram } from './run-program.ts';

/** A Postgres of an earlier run still works on the folder and does not end. */
export class LeftoverPostgres extends TransientError {
  override readonly code = 'postgres.leftover';
}

type Patience = { fastMs: number; immediateMs: number; killMs: number };
const patience: Patience = { fastMs: 15_000, immediateMs: 5_000, killMs: 5_000 };

/**
 * Ends every Postgres that still works on `cluster` and removes its pid file. Only for the holder of the folder's
 * lock: whoever started such a Postgres is dead. A pid file alone proves nothing, its pid may be anybody's by now.
 */
export async function clearLeftovers(
  cluster: string,
  log: (message: string) => void,
): Promise<void> {
  const folder = await realpath(cluster);
  const found = await leaders(folder);
  if (found.length > 0) {
    log(`stopping the Postgres an earlier run left on ${cluster} (process ${found.join(', ')})`);
    await end(folder);
  }
  await rm(join(cluster, 'postmaster.pid'), { force: true });
}

async function end(folder: string): Promise<void> {
  const steps = [
    // SIGINT is the postmaster's fast shutdown; a backend without a postmaster ends by SIGTERM.
    { signals: ['SIGTERM', 'SIGINT'], waitMs: patience.fastMs },
    { signals: ['SIGQUIT'], waitMs: patience.immediateMs },
    { signals: ['SIGKILL'], waitMs: patience.killMs },
  ] as const;
  for (const { signals, waitMs } of steps) {
    for (const pid of await leaders(folder)) {
      for (const signal of signals) signalIfThere(pid, signal);
    }
    for (let waitedMs = 0; waitedMs < waitMs; waitedMs += 20) {
      if ((await leaders(folder)).length === 0) return;
      await sleep(20);
    }
  }
  throw new LeftoverPostgres(
    `processes ${(await leaders(folder)).join(', ')} still work on ${folder} and do not end`,
  );
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the listing and the signal.
  }
}

/** The Postgres processes on the folder that no other of them looks after: a postmaster, or what a dead one left. */
async function leaders(folder: string): Promise<number[]> {
  return process.platform === 'linux' ? leadersInProc(folder) : leaderInPidFile(folder);
}

/** Every Postgres process has its data folder as working directory. */
async function leadersInProc(folder: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [cwd, program] = await Promise.all([
        readlink(`/proc/${pid}/cwd`).catch(() => ''),
        readlink(`/proc/${pid}/exe`).catch(() => ''),
      ]);
      if (cwd !== folder || !basename(program).startsWith('postgres')) return [];
      const status = await processStatus(pid);
      return status === undefined ? [] : [{ pid, parentPid: status.parentPid }];
    }),
  );
  const processes = found.flat();
  const own = new Set(processes.map(({ pid }) => pid));
  return processes.filter(({ parentPid }) => !own.has(parentPid)).map(({ pid }) => pid);
}

async function leaderInPidFile(folder: string): Promise<number[]> {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return [];
  const command = await runProgram('ps', ['-o', 'command=', '-p', String(pid)]);
  const isOurs = command.ended === 'well' && command.output.includes(folder);
  return isOurs ? [pid] : [];
}
