import { readdir, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  ask,
  hasGone,
  killAll,
  openFolder,
  type PostgresProcess,
  postmasterPid,
  removeFolder,
  startPostgresProcess,
  stopAll,
  stopPostgresProcess,
} from './postgres-process.ts';

let folder: string;
let dataDir: string;
let started: PostgresProcess[];
let frozen: number[];

beforeEach(async () => {
  folder = await openFolder();
  dataDir = join(folder, 'data with a space');
  started = [];
  frozen = [];
});

afterEach(async () => {
  killAll(frozen);
  await stopAll(started);
  await removeFolder(folder);
});

function start(options: Record<string, unknown> = {}): PostgresProcess {
  const one = startPostgresProcess({ dataDir, ...options });
  started.push(one);
  return one;
}

describe('startEmbeddedPostgres', () => {
  it('makes the database "rapport": PostgreSQL 18, UTF-8, durable, reachable from this machine by password only', async () => {
    const url = await start().url();

    const settings = await ask(
      url,
      `select name, setting from pg_settings
        where name in ('server_version_num', 'server_encoding', 'fsync', 'synchronous_commit',
                       'full_page_writes', 'listen_addresses', 'unix_socket_directories', 'jit')`,
    );
    expect(Object.fromEntries(settings)).toEqual({
      server_version_num: expect.stringMatching(/^18/),
      server_encoding: 'UTF8',
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      jit: 'off',
    });
    expect(await ask(url, `select current_database(), lower('ÄЩ')`)).toEqual([['rapport', 'äщ']]);
    await expect(ask(url.replace(/:[0-9a-f]{48}@/, ':guess@'), 'select 1')).rejects.toMatchObject({
      code: '28P01',
    });
    const password = await stat(join(dataDir, 'postgres-password'));
    expect(password.mode & 0o777).toBe(0o600);
  });

  it('starts again on the same folder, with its rows, within 1.5 s', async () => {
    const first = start();
    await ask(await first.url(), 'create table kept as select 7 as n');
    await stopPostgresProcess(first);

    const second = start();

    expect(await ask(await second.url(), 'select n from kept')).toEqual([[7]]);
    const { tookMs } = await second.said((event) => event.tookMs !== undefined);
    expect(tookMs).toBeLessThan(1_500);
  });

  // Taken out: making the cluster under another name first. The second start then finds half a cluster and fails.
  it('begins anew when it was killed while it made the data folder', async () => {
    const killed = start();
    await existsIn(dataDir, 'postgres.unfinished-');
    await sleep(60);
    process.kill(-killed.pid, 'SIGKILL');
    await killed.ended;
    expect(await readdir(dataDir)).not.toContain('postgres');

    const second = start();

    expect(await ask(await second.url(), 'select 1')).toEqual([[1]]);
    expect((await readdir(dataDir)).filter((name) => name.includes('unfinished'))).toEqual([]);
  });

  it('takes the port it is given when that is free', async () => {
    const { server, port } = await listening();
    server.close();

    const url = await start({ port }).url();

    expect(new URL(url).port).toBe(String(port));
  });

  it('takes another port when the one it is given is taken', async () => {
    const { server, port } = await listening();

    const url = await start({ port }).url();

    expect(new URL(url).port).not.toBe(String(port));
    server.close();
  });

  it('says what Postgres said when it cannot start', async () => {
    const failing = start({ settings: { shared_buffers: 'plenty' } });

    const { failed, code } = await failing.said((event) => event.failed !== undefined);

    expect(code).toBe('postgres.not_started');
    expect(failed).toContain('invalid value for parameter "shared_buffers"');
    await failing.ended;
    expect((await readdir(dataDir)).filter((name) => name.startsWith('lock-'))).toEqual([]);
  });
});

describe('stop', () => {
  it('ends Postgres, gives the folder back and lets the process end; twice is once', async () => {
    const running = start();
    await running.url();
    const postmaster = await postmasterPid(join(dataDir, 'postgres'));

    const askedAt = performance.now();
    running.child.kill('SIGTERM');
    await running.ended;

    expect(performance.now() - askedAt).toBeLessThan(5_000);
    expect(running.child.exitCode).toBe(0);
    expect(running.events.at(-1)).toEqual({ stopped: true });
    await hasGone(postmaster);
    expect((await readdir(dataDir)).sort()).toEqual([
      'postgres',
      'postgres-password',
      'postgres.log',
    ]);
  });

  it('gives up on a Postgres that does not end and ends it by force', async () => {
    const running = start();
    await running.url();
    const postmaster = await postmasterPid(join(dataDir, 'postgres'));
    frozen.push(postmaster);
    process.kill(postmaster, 'SIGSTOP');

    running.child.kill('SIGTERM');
    await running.ended;

    expect(running.events.at(-1)).toEqual({ stopped: true });
    await hasGone(postmaster);
  });
});

async function existsIn(parent: string, prefix: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 5) {
    const names = await readdir(parent).catch(() => []);
    if (names.some((name) => name.startsWith(prefix))) return;
    await sleep(5);
  }
  throw new Error(`nothing named ${prefix}… came to be`);
}

async function listening(): Promise<{ server: Server; port: number }> {
  const server = createServer().unref();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, port: address.port };
}
