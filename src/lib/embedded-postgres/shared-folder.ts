import { chmod, lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../error-code.ts';
import { errorText, PermanentError } from '../errors.ts';
import { type Account, runProgram } from './run-program.ts';

/** No folder of this machine is both ours alone to write and open to the user that Postgres runs as. */
export class NoSharedFolder extends PermanentError {
  override readonly code = 'postgres.no_shared_folder';
}

/** Where root keeps what the user of Postgres must reach when the project lies where only root may enter. */
export const defaultSharedFolders = ['/var/lib/rapport', '/var/tmp/rapport'] as const;

/**
 * The folder `name` in the first of `candidates` that can be trusted: made by us or found as a real folder that
 * we own and nobody else may write, and that `account` can enter. One planted by another user is passed over.
 */
export async function ownFolder(
  candidates: readonly string[],
  name: string,
  account: Account,
): Promise<string> {
  const faults: string[] = [];
  for (const candidate of candidates) {
    try {
      await makeOwn(candidate);
      const folder = join(candidate, name);
      await makeOwn(folder);
      if (await canEnter(folder, account)) return folder;
      faults.push(`user ${account.uid} may not enter ${folder}`);
    } catch (error) {
      faults.push(errorText(error));
    }
  }
  throw new NoSharedFolder(
    `found no safe place that user ${account.uid} can reach: ${faults.join('; ')}`,
  );
}

/** Tried as that user rather than worked out from modes, which know nothing of access lists and mounts. */
export async function canEnter(folder: string, account: Account | undefined): Promise<boolean> {
  const tried = await runProgram('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], account);
  return tried.ended === 'well';
}

async function makeOwn(folder: string): Promise<void> {
  try {
    await mkdir(folder);
    await chmod(folder, 0o755);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  const found = await lstat(folder);
  const isOurs = found.isDirectory() && found.uid === process.getuid?.() && !(found.mode & 0o022);
  if (!isOurs) throw new Error(`${folder} is not a folder that only we may write`);
}
