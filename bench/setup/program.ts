import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program that runs until it is stopped. */
export type Program = { pid: number; stop(): Promise<void> };

/** Starts a program and waits until it is ready; what it writes to stderr is shown, and all of it when it fails. */
export async function startProgram(options: {
  name: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
  isReady: (output: string) => boolean | Promise<boolean>;
}): Promise<Program> {
  const { name, command, args, env, isReady } = options;
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: string): void => {
    output = (output + chunk).slice(-20_000);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const killWithUs = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', killWithUs);
  const startedAt = Date.now();
  while (!(await isReady(output))) {
    if (child.exitCode !== null || Date.now() - startedAt > 30_000) {
      child.kill('SIGKILL');
      throw new Error(`${name} did not become ready:\n${output}`);
    }
    await sleep(25);
  }
  return {
    pid: child.pid ?? 0,
    async stop() {
      process.off('exit', killWithUs);
      if (/"level":"(warn|error)"/.test(output)) {
        process.stderr.write(`${name} wrote, at the end:\n${output.slice(-2_000)}\n`);
      }
      if (child.exitCode !== null || child.signalCode !== null) {
        process.stderr.write(`${name} had ended by itself:\n${output.slice(-4_000)}\n`);
        return;
      }
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 12_000);
      await ended;
      clearTimeout(timer);
    },
  };
}
