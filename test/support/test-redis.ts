import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { freePort } from '../../src/lib/embedded-postgres/free-port.ts';

/** A Redis of one test file's own, which keeps nothing on disk and may be wiped. */
export type TestRedis = { url: string; wipe(): Promise<void>; stop(): Promise<void> };

/** Starts the machine's `redis-server` on a free port. */
export async function startTestRedis(): Promise<TestRedis> {
  const port = await freePort();
  const server = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    { stdio: 'ignore' },
  );
  const failed = once(server, 'error').then(([error]) => {
    throw error;
  });
  const url = `redis://127.0.0.1:${port}`;
  const client = new Redis(url, { maxRetriesPerRequest: null });
  client.on('error', () => {});
  await Promise.race([client.ping(), failed]);
  return {
    url,
    wipe: async () => {
      await client.flushall();
    },
    stop: async () => {
      client.disconnect();
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
    },
  };
}
