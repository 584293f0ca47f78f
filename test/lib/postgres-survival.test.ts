import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import {
  ask,
  childrenOf,
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
let cluster: string;
let started: PostgresProcess[];

beforeEach(async () => {
  folder = await openFolder();
  dataDir = join(folder, 'data');
  cluster = join(dataDir, 'postgres');
  started = [];
});

afterEach(async () => {
  await stopAll(started);
  await removeFolder(folder);
});

function start(options: Record<string, unknown> = {}): PostgresProcess {
  const one = startPostgresProcess({ dataDir, ...options });
  started.push(one);
  return one;
}

describe('the embedded Postgres, when its node is killed', () => {
  it('keeps every committed row through a kill -9 of everything', async () => {
    const killed = start();
    await ask(await killed.url(), 'create table kept as select generate_series(1, 1000) as n');
    const postmaster = await postmasterPid(cluster);
    killAll([
      ...(await childrenOf(killed.pid)),
      killed.pid,
      postmaster,
      ...(await childrenOf(postmaster)),
    ]);
    await killed.ended;

    const next = start();

    expect(await ask(await next.url(), 'select count(*) from kept')).toEqual([['1000']]);
    expect(await postmasterPid(cluster)).not.toBe(postmaster);
  });

  // Taken out: the guard. Postgres then stays.
  it('ends by itself after a kill -9 of node alone', async () => {
    const killed = start();
    await killed.url();
    const postmaster = await postmasterPid(cluster);

    killAll([killed.pid]);

    await hasGone(postmaster);
    expect(await readFile(join(dataDir, 'postgres.log'), 'utf8')).toContain('fast shutdown');
  });

  // Taken out: the guard.
  it('is not left behind when node exits without stopping it', async () => {
    const exiting = start();
    await exiting.url();
    const postmaster = await postmasterPid(cluster);

    exiting.child.kill('SIGUSR2');
    await exiting.ended;

    expect(exiting.child.exitCode).toBe(0);
    await hasGone(postmaster);
  });

  // Taken out: stopping leftovers. The second start then fails: "lock file "postmaster.pid" already exists".
  it('is stopped and started afresh by the next start when it was left running', async () => {
    const killed = start();
    await ask(await killed.url(), 'create table kept as select 7 as n');
    const postmaster = await postmasterPid(cluster);
    await orphan(killed, postmaster);

    const next = start();
    const url = await next.url();

    expect(await ask(url, 'select n from kept')).toEqual([[7]]);
    expect(next.events[0]?.log).toContain(`process ${postmaster}`);
    await hasGone(postmaster);
    expect(await postmasterPid(cluster)).not.toBe(postmaster);
  });

  // Taken out: removing the pid file. Postgres then takes the bystander for another postmaster and ends.
  it('is not taken in by a pid file whose pid is another process now', async () => {
    const killed = start();
    await killed.url();
    const postmaster = await postmasterPid(cluster);
    const pidFile = await readFile(join(cluster, 'postmaster.pid'), 'utf8');
    await orphan(killed, postmaster);
    killAll([postmaster, ...(await childrenOf(postmaster))]);
    const { uid, gid } = await stat(cluster);
    const bystander = spawn('sleep', ['60'], { uid, gid, stdio: 'ignore' });
    await once(bystander, 'spawn');
    await writeFile(
      join(cluster, 'postmaster.pid'),
      pidFile.replace(String(postmaster), String(bystander.pid)),
    );

    const next = start();

    expect(await ask(await next.url(), 'select 1')).toEqual([[1]]);
    expect(bystander.exitCode).toBeNull();
    expect(bystander.signalCode).toBeNull();
    bystander.kill('SIGKILL');
  });
});

describe('the embedded Postgres, while its node lives', () => {
  // Taken out: the watch on its end. The last question is then never answered.
  it('is started again on the same port when it is killed, again and again', async () => {
    const running = start();
    const url = await running.url();
    await ask(url, 'create table kept as select 7 as n');

    for (const round of [1, 2]) {
      killAll([await postmasterPid(cluster)]);
      await running.said(
        () => running.events.filter(({ log }) => log === 'Postgres is back').length === round,
      );
    }

    expect(await ask(url, 'select n from kept')).toEqual([[7]]);
    expect(running.events.map(({ log }) => log)).toContain(
      'Postgres ended (SIGKILL) and is started again',
    );
  });

  // Taken out: stopping leftovers before the restart. The busy backend then keeps the memory and blocks it.
  it('is started again although a busy backend has outlived it', async () => {
    const running = start();
    const url = await running.url();
    const busy = new pg.Client({ connectionString: url });
    busy.on('error', () => undefined);
    await busy.connect();
    const lost = busy
      .query('select count(*) from generate_series(1, 1e12::bigint)')
      .catch(() => 'lost');
    await sleep(200);

    killAll([await postmasterPid(cluster)]);

    await running.said(({ log }) => log === 'Postgres is back');
    expect(await lost).toBe('lost');
    expect(await ask(url, 'select 1')).toEqual([[1]]);
  });

  it('can be stopped while it is being started again', async () => {
    const running = start();
    await running.url();
    killAll([await postmasterPid(cluster)]);
    await running.said(({ log }) => log?.includes('is started again') === true);

    await stopPostgresProcess(running);

    expect(running.child.exitCode).toBe(0);
    expect(running.events.at(-1)).toEqual({ stopped: true });
  });

  // Taken out: its own process group. Postgres then shuts down before node has handed back its work.
  it('does not hear the Ctrl-C of a terminal', async () => {
    const running = start();
    const url = await running.url();

    process.kill(-running.pid, 'SIGINT');
    await sleep(300);

    expect(await ask(url, 'select 1')).toEqual([[1]]);
    expect(running.events.filter(({ log }) => log?.includes('started again'))).toEqual([]);
  });
});

/** Kills node and the guard, so that Postgres stays alone. */
async function orphan(running: PostgresProcess, postmaster: number): Promise<void> {
  const guards = (await childrenOf(running.pid)).filter((pid) => pid !== postmaster);
  killAll([...guards, running.pid]);
  await running.ended;
}
