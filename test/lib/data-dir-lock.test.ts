import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readlink, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataDirInUse, lockDataDir } from '../../src/lib/embedded-postgres/data-dir-lock.ts';
import { processIdentity } from '../../src/lib/embedded-postgres/process-identity.ts';

let dataDir: string;
let children: ChildProcess[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rapport-lock-'));
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
});

describe('lockDataDir', () => {
  it('refuses a second one at once, naming the process and what to do, until the first lets go', async () => {
    const first = await lockDataDir(dataDir);

    const askedAt = performance.now();
    const refusal = await lockDataDir(dataDir).catch((error: unknown) => error);

    expect(performance.now() - askedAt).toBeLessThan(1_500);
    expect(refusal).toBeInstanceOf(DataDirInUse);
    expect(refusal).toMatchObject({
      code: 'data_dir.in_use',
      message: expect.stringMatching(
        new RegExp(
          `^${dataDir} is in use by process ${process.pid}\\. .*kill ${process.pid}.*DATA_DIR`,
        ),
      ),
    });
    await first.release();
    await (await lockDataDir(dataDir)).release();
    expect(await readdir(dataDir)).toEqual([]);
  });

  // Taken out: stepping back when another claim is seen. Several racers then hold the folder.
  it('is held by exactly one of many that take over a dead one at the same moment', async () => {
    for (let round = 0; round < 2; round += 1) {
      const [dead] = await race(dataDir, 1);
      dead?.child.kill('SIGKILL');
      if (dead !== undefined) await once(dead.child, 'close');

      const racers = await race(dataDir, 6);

      const outcomes = racers.map(({ outcome }) => outcome);
      expect(outcomes.filter((outcome) => outcome === 'held')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'data_dir.in_use')).toHaveLength(5);
      for (const { child } of racers) child.kill('SIGKILL');
    }
  });

  // Taken out: comparing when the process started. This living process then counts as the holder.
  it('takes over from a dead one whose pid another process has now', async () => {
    await claim({ identity: 'of an earlier process' });

    const lock = await lockDataDir(dataDir);

    expect(await readdir(dataDir)).toHaveLength(1);
    await lock.release();
  });

  it('takes over a claim that a crash of the machine left empty', async () => {
    await writeFile(join(dataDir, 'lock-1-abc'), '');

    await (await lockDataDir(dataDir)).release();

    expect(await readdir(dataDir)).toEqual([]);
  });

  // Taken out: the touching of the claim. The other container's folder is then taken over while it is in use.
  it('refuses while a process in another container touches its claim', async () => {
    const held = await lockDataDir(dataDir);
    const [name = ''] = await readdir(dataDir);
    await claim({ pidNamespace: 'pid:[1]' }, name);

    await expect(lockDataDir(dataDir)).rejects.toThrow(
      `in use by process ${process.pid} in another container`,
    );
    await held.release();
  });

  it('takes over when a process in another container has long stopped touching its claim', async () => {
    const path = await claim({ pidNamespace: 'pid:[1]' });
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(path, longAgo, longAgo);

    await (await lockDataDir(dataDir)).release();

    expect(await readdir(dataDir)).toEqual([]);
  });
});

async function claim(
  different: { identity?: string; pidNamespace?: string },
  name = 'lock-0-abc',
): Promise<string> {
  const own = {
    pid: process.pid,
    identity: await processIdentity(process.pid),
    pidNamespace: await readlink('/proc/self/ns/pid').catch(() => ''),
  };
  const path = join(dataDir, name);
  await writeFile(path, JSON.stringify({ ...own, ...different }));
  return path;
}

type Racer = { child: ChildProcess; outcome: string };

async function race(folder: string, count: number): Promise<Racer[]> {
  const script = fileURLToPath(new URL('./hold-data-dir.ts', import.meta.url));
  const startAtMs = Date.now() + 300 + 200 * count;
  const racers = Array.from({ length: count }, async (): Promise<Racer> => {
    const child = spawn(process.execPath, [script, folder, String(startAtMs)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const [chunk] = await once(child.stdout, 'data');
    return { child, outcome: String(chunk).trim() };
  });
  return Promise.all(racers);
}
