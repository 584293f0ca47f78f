import { randomBytes, randomInt } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { PermanentError } from './errors.ts';
import { processIdentity } from './process-identity.ts';

/** Another process that is alive works on this folder. */
export class DataDirInUse extends PermanentError {
  override readonly code = 'data_dir.in_use';

  constructor(dataDir: string, pid: number) {
    super(
      `${dataDir} is in use by process ${pid}. Stop that process first (kill ${pid}), or give this one a DATA_DIR of its own.`,
    );
  }
}

export type DataDirLock = { release(): Promise<void> };

const Claim = z.object({ pid: z.number(), identity: z.string() });
type Claim = z.infer<typeof Claim> & { name: string };

const prefix = 'lock-';
const looksUntilHeld = 5;

/**
 * Makes this process the only one on the folder, until `release` or its end; throws DataDirInUse when another is.
 *
 * Each starter first puts down a claim under a name nobody else ever uses, then looks for others; of two that
 * see each other both step back and try again. A dead one's claim is therefore removed without a race: the name
 * cannot have become somebody's else. A claim still there after a few looks belongs to one that holds the folder.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  const identity = (await processIdentity(process.pid)) ?? '';
  const looks = new Map<string, number>();
  for (;;) {
    const name = await putDownClaim(dataDir, { pid: process.pid, identity });
    const others = await livingClaims(dataDir, name);
    if (others.length === 0) return { release: () => rm(join(dataDir, name), { force: true }) };

    await rm(join(dataDir, name), { force: true });
    for (const other of others) {
      const seen = (looks.get(other.name) ?? 0) + 1;
      if (seen >= looksUntilHeld) throw new DataDirInUse(dataDir, other.pid);
      looks.set(other.name, seen);
    }
    await sleep(randomInt(20, 100));
  }
}

async function putDownClaim(dataDir: string, claim: z.infer<typeof Claim>): Promise<string> {
  const name = `${prefix}${claim.pid}-${randomBytes(6).toString('hex')}`;
  const unfinished = join(dataDir, `.${name}`);
  await writeFile(unfinished, JSON.stringify(claim), { mode: 0o644, flag: 'wx' });
  await rename(unfinished, join(dataDir, name));
  return name;
}

async function livingClaims(dataDir: string, ownName: string): Promise<Claim[]> {
  const names = (await readdir(dataDir)).filter(
    (name) => name.startsWith(prefix) && name !== ownName,
  );
  const claims: Claim[] = [];
  for (const name of names) {
    const claim = await readClaim(join(dataDir, name));
    if (claim !== undefined && (await processIdentity(claim.pid)) === claim.identity) {
      claims.push({ ...claim, name });
    } else {
      await rm(join(dataDir, name), { force: true });
    }
  }
  return claims;
}

/** Undefined when the claim was withdrawn meanwhile, or was lost half-written in a crash of the machine. */
async function readClaim(path: string): Promise<z.infer<typeof Claim> | undefined> {
  try {
    return Claim.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}
