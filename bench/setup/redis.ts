import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { freePort } from '../../src/lib/embedded-postgres/free-port.ts';
import { startProgram } from './program.ts';

/** A Redis of the bench's own, which keeps nothing on disk. */
export type BenchRedis = { url: string; pid: number; stop(): Promise<void> };

/** Starts the machine's `redis-server`; undefined when it has none. */
export async function startBenchRedis(): Promise<BenchRedis | undefined> {
  if (spawnSync('redis-server', ['--version']).error !== undefined) return undefined;
  const port = await freePort();
  const program = await startProgram({
    name: 'redis-server',
    command: 'redis-server',
    args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    isReady: () => takesConnections(port),
  });
  return { url: `redis://127.0.0.1:${port}`, ...program };
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
