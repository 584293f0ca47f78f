import { randomBytes, randomInt } from 'node:crypto';
import { readdir, readFile, readlink, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { errorText, PermanentError } from '../errors.ts';
import { processIdentity } from './process-identity.ts';

/** Another process that is alive works on this folder. */
export class DataDirInUse extends PermanentError {
  override readonly code = 'data_dir.in_use';

  constructor(dataDir: string, pid: number, where: 'here' | 'in another container') {
    const [holder, way] =
      where === 'here'
        ? [`process ${pid}`, `Stop that one first (kill ${pid})`]
        : [`process ${pid} ${where}`, 'Stop that container first'];
    super(`${dataDir} is in use by ${holder}. ${way}, or give this one a DATA_DIR of its own.`);
  }
}

export type DataDirLock = { release(): Promise<void> };

const Claim = z.object({ pid: z.number(), identity: z.string(), pidNamespace: z.string() });
type Claim = z.infer<typeof Claim>;
type LivingClaim = Claim & { name: string; touchedAtMs: number };

const prefix = 'lock-';
const looksUntilHeld = 5;
const touchEveryMs = 2_000;
const staleAfterMs = 7_000;

/**
 * Makes this process the only one on the folder, until `release` or its end; throws DataDirInUse when another is.
 *
 * Each starter first puts down a claim under a name nobody else ever uses, then looks for others; of two that
 * see each other both step back and try again. A dead one's claim is therefore removed without a race: the name
 * cannot have become somebody else's. A claim still there after a few looks belongs to one that holds the folder.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  const own = await ownClaim();
  const seen = new Map<string, { looks: number; touchedAtMs: number }>();
  for (;;) {
    const name = await putDown(dataDir, own);
    const others = await livingClaims(dataDir, own, name);
    if (others.length === 0) return hold(join(dataDir, name));

    await rm(join(dataDir, name), { force: true });
    for (const other of others) {
      const before = seen.get(other.name) ?? { looks: 0, touchedAtMs: other.touchedAtMs };
      const look = { ...before, looks: before.looks + 1 };
      throwIfHeld(dataDir, own, other, look);
      seen.set(other.name, look);
    }
    await sleep(randomInt(20, 100));
  }
}

function throwIfHeld(
  dataDir: string,
  own: Claim,
  other: LivingClaim,
  look: { looks: number; touchedAtMs: number },
): void {
  if (other.pidNamespace === own.pidNamespace) {
    if (look.looks >= looksUntilHeld) throw new DataDirInUse(dataDir, other.pid, 'here');
    return;
  }
  // Of a process in another container only the touching of its claim shows that it lives.
  if (other.touchedAtMs !== look.touchedAtMs) {
    throw new DataDirInUse(dataDir, other.pid, 'in another container');
  }
}

function hold(path: string): DataDirLock {
  const touching = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(errorText);
  }, touchEveryMs).unref();
  return {
    release: async () => {
      clearInterval(touching);
      await rm(path, { force: true });
    },
  };
}

async function ownClaim(): Promise<Claim> {
  return {
    pid: process.pid,
    identity: (await processIdentity(process.pid)) ?? '',
    pidNamespace: await readlink('/proc/self/ns/pid').catch(() => ''),
  };
}

async function putDown(dataDir: string, claim: Claim): Promise<string> {
  const name = `${prefix}${claim.pid}-${randomBytes(6).toString('hex')}`;
  const unfinished = join(dataDir, `.${name}`);
  await writeFile(unfinished, JSON.stringify(claim), { flag: 'wx' });
  await rename(unfinished, join(dataDir, name));
  return name;
}

async function livingClaims(dataDir: string, own: Claim, ownName: string): Promise<LivingClaim[]> {
  const names = await readdir(dataDir);
  const claims: LivingClaim[] = [];
  for (const name of names.filter((found) => found.startsWith(prefix) && found !== ownName)) {
    const path = join(dataDir, name);
    const claim = await readClaim(path);
    const touchedAtMs = (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;
    if (claim !== undefined && (await isAlive(claim, own, touchedAtMs))) {
      claims.push({ ...claim, name, touchedAtMs });
    } else {
      await rm(path, { force: true });
    }
  }
  return claims;
}

async function isAlive(claim: Claim, own: Claim, touchedAtMs: number): Promise<boolean> {
  if (claim.pidNamespace !== own.pidNamespace) return Date.now() - touchedAtMs < staleAfterMs;
  return (await processIdentity(claim.pid)) === claim.identity;
}

/** Undefined when the claim was withdrawn meanwhile, or was lost half-written in a crash of the machine. */
async function readClaim(path: string): Promise<Claim | undefined> {
  try {
    return Claim.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}
