import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorText, PermanentError } from '../errors.ts';
import type { PostgresBinaries } from './binaries.ts';
import { type Account, runProgram } from './run-program.ts';
import { canEnter, ownFolder } from './shared-folder.ts';

/** The data folder could not be made. */
export class ClusterNotMade extends PermanentError {
  override readonly code = 'postgres.cluster_not_made';
}

const clusterName = 'postgres';
const noteName = 'postgres-is-elsewhere.txt';
const unfinishedPrefix = 'postgres.unfinished-';

/** The folder that holds the cluster: `dataDir`, or the one its note names because `account` cannot enter `dataDir`. */
export async function clusterHome(options: {
  dataDir: string;
  account: Account | undefined;
  sharedFolders: readonly string[];
  log: (message: string) => void;
}): Promise<string> {
  const { dataDir, account, sharedFolders, log } = options;
  const noted = await notedHome(dataDir);
  if (noted !== undefined) {
    if (!(await isThere(noted))) {
      throw new ClusterNotMade(
        `${noteName} in ${dataDir} says the database is in ${noted}, which is not there. Bring it back, or delete the note to begin with an empty database.`,
      );
    }
    log(`the database of ${dataDir} is in ${noted}`);
    return noted;
  }
  if (account === undefined || (await canEnter(dataDir, account))) return dataDir;
  if (await canEnter(dirname(dataDir), account)) {
    await letPass(dataDir);
    if (await canEnter(dataDir, account)) return dataDir;
  }

  const home = await ownFolder(sharedFolders, `data-${randomBytes(6).toString('hex')}`, account);
  await writeFile(join(home, 'belongs-to.txt'), `${dataDir}\n`);
  await writeFile(
    join(dataDir, noteName),
    `${home}\n\nThe database of this folder is there: PostgreSQL runs as user ${account.uid}, who may not enter this one.\nWhoever moves, saves or deletes this folder must do the same with that one.\n`,
  );
  log(
    `the database of ${dataDir} is made in ${home}: user ${account.uid} may not enter ${dataDir}`,
  );
  return home;
}

/** Others may pass through to what they may reach by name; what is in the folder is not for them to list. */
async function letPass(folder: string): Promise<void> {
  const { mode } = await stat(folder);
  await chmod(folder, (mode & 0o7777) | 0o011);
}

/** The folder the note in `dataDir` names, if there is one. */
export async function notedHome(dataDir: string): Promise<string | undefined> {
  const note = await readFile(join(dataDir, noteName), 'utf8').catch(() => '');
  return note === '' ? undefined : note.split('\n')[0];
}

/** The path of the cluster in `home`. */
export function clusterIn(home: string): string {
  return join(home, clusterName);
}

/** The superuser's password, made on first use and kept where only we can read it. */
export async function superuserPassword(dataDir: string): Promise<string> {
  const path = join(dataDir, 'postgres-password');
  const known = await readFile(path, 'utf8').catch(() => '');
  if (known !== '') return known;

  const password = randomBytes(24).toString('hex');
  const unfinished = `${path}.unfinished`;
  await rm(unfinished, { force: true });
  await writeFile(unfinished, password, { mode: 0o600, flush: true });
  await rename(unfinished, path);
  return password;
}

/** Makes the cluster unless it is there. It gets its name when it is complete, so one killed half-way leaves none. */
export async function makeCluster(options: {
  home: string;
  binaries: PostgresBinaries;
  account: Account | undefined;
  password: string;
  isDurable: boolean;
}): Promise<'made' | 'found'> {
  const { home, account } = options;
  const cluster = clusterIn(home);
  await removeUnfinished(home);
  if (await isThere(cluster)) return 'found';

  const workshop = join(home, `${unfinishedPrefix}${randomBytes(4).toString('hex')}`);
  await mkdir(workshop, { mode: 0o700 });
  try {
    const passwordFile = join(workshop, 'password');
    await writeFile(passwordFile, options.password, { mode: 0o600 });
    if (account !== undefined) {
      await chown(workshop, account.uid, account.gid);
      await chown(passwordFile, account.uid, account.gid);
    }
    await initialise({ ...options, made: join(workshop, 'made'), passwordFile });
    await rename(join(workshop, 'made'), cluster);
    await keepNames(home);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
  return 'made';
}

async function initialise(options: {
  binaries: PostgresBinaries;
  account: Account | undefined;
  isDurable: boolean;
  made: string;
  passwordFile: string;
}): Promise<void> {
  const faults: string[] = [];
  // Sorting is the builtin C.UTF-8, the same everywhere. What a letter is (pg_trgm asks libc) needs the
  // machine's C.UTF-8; where there is none, letters outside ASCII do not count for pg_trgm.
  for (const characterType of ['C.UTF-8', 'C']) {
    const result = await runProgram(
      options.binaries.initdb,
      [
        ...['--pgdata', options.made, '--username', 'postgres', '--encoding', 'UTF8'],
        ...['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
        ...['--locale', 'C', '--lc-ctype', characterType],
        ...['--auth', 'scram-sha-256', '--pwfile', options.passwordFile],
        ...(options.isDurable ? [] : ['--no-sync']),
      ],
      options.account,
    );
    if (result.ended === 'well') return;
    faults.push(result.because);
    await rm(options.made, { recursive: true, force: true });
  }
  throw new ClusterNotMade(`initdb failed: ${[...new Set(faults)].join('; ')}`);
}

async function removeUnfinished(home: string): Promise<void> {
  const left = (await readdir(home)).filter((name) => name.startsWith(unfinishedPrefix));
  for (const name of left) {
    // An initdb whose starter was killed may still be writing there: then the next start removes it.
    await rm(join(home, name), { recursive: true, force: true }).catch(errorText);
  }
}

/** Without this a crash of the machine could take back the renaming after rows have been committed. */
async function keepNames(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
