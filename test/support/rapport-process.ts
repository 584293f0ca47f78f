import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Role } from '../../src/config/config.ts';
import { eventually } from './eventually.ts';

/** How a process ended, and how long it took since it was told to. */
export type Ended = { code: number | null; signal: NodeJS.Signals | null; afterMs: number };

/** rapport as operators run it: a process of its own, which can be killed. */
export type RapportProcess = {
  pid: number;
  /** What it has printed so far. */
  output(): string;
  isRunning(): boolean;
  /** SIGKILL: nothing in it runs any more when this resolves. */
  kill(): Promise<void>;
  /** SIGTERM, and how it ended. */
  stop(): Promise<Ended>;
};

const root = fileURLToPath(new URL('../..', import.meta.url));
const readyLine = { all: 'rapport is ready', server: 'rapport is ready', worker: 'rapport worker' };

/** Starts one role and resolves when it says that it is ready. `env` is all that it is given. */
export async function startProcess(
  role: Role,
  env: Record<string, string>,
): Promise<RapportProcess> {
  const child = spawn(`${root}node_modules/.bin/node`, ['src/main.ts', role], {
    cwd: root,
    env: { PATH: process.env['PATH'], NODE_NO_WARNINGS: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const keep = (chunk: Buffer): void => {
    printed = (printed + chunk.toString()).slice(-200_000);
    if (process.env['SHOW_PROCESSES'] !== undefined) process.stderr.write(chunk);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  await eventually(
    `the ${role} says that it is ready`,
    () => {
      if (!isRunning()) throw new Error(`the ${role} ended before it was ready:\n${printed}`);
      return printed.includes(readyLine[role]);
    },
    { withinMs: 30_000, everyMs: 20 },
  );
  return {
    pid: child.pid ?? 0,
    output: () => printed,
    isRunning,
    kill: async () => {
      await endWith(child, 'SIGKILL');
    },
    stop: () => endWith(child, 'SIGTERM'),
  };
}

async function endWith(child: ChildProcess, signal: NodeJS.Signals): Promise<Ended> {
  const startedAt = performance.now();
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
  return {
    code: child.exitCode,
    signal: child.signalCode,
    afterMs: performance.now() - startedAt,
  };
}
