import { spawn } from 'node:child_process';
import { type Account, programEnvironment } from './run-program.ts';

/** Stops watching; the Postgres it watched has ended. */
export type Guard = { dismiss(): void };

/**
 * Shuts Postgres down when we are gone, however we went, kill -9 included: a shell waits for the end of a pipe
 * that only we hold open. Its own process group, so that a terminal's Ctrl-C does not end it before us.
 */
export function guardPostgres(pid: number, account: Account | undefined): Guard {
  const shell = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$1"', 'sh', String(pid)], {
    ...account,
    cwd: '/',
    env: programEnvironment,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a guard Postgres only outlives us, and the next start stops it: no reason to fail here.
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  return { dismiss: () => void shell.kill('SIGKILL') };
}
