import { sleep } from '../../lib/clock.ts';
import type { Pool } from '../../lib/db.ts';
import { asTenant } from '../../lib/tenant.ts';
import { CalendarUnavailable } from '../calendar-errors.ts';
import { missingBoxes } from '../google/scopes.ts';
import {
  dropRefreshLease,
  readTokens,
  refreshLeaseMs,
  type StoredTokens,
  storeRenewed,
  takeRefreshLease,
} from './stored-tokens.ts';
import type { AccessDeps } from './with-access.ts';

/** What a renewal needs from whoever wants it. */
export type Renewal = {
  key: string;
  isGood: (tokens: StoredTokens) => boolean;
  /** Throws when there is nothing to renew. */
  requireConnected: (tokens: StoredTokens | undefined) => StoredTokens;
  /** The tokens are refused for good. Throws, unless others are stored by now. */
  refuse: (tokens: StoredTokens, reason: string) => Promise<void>;
};

const pollMs = 50;
/** A lease whose process was killed ends within this. */
const patienceMs = refreshLeaseMs + 10_000;

/** Renewals under way in this process: whoever wants the same waits for the same. A process has one pool. */
const underWay = new WeakMap<Pool, Map<string, Promise<StoredTokens>>>();

/**
 * Tokens that are good, renewed by one process at a time; the others wait for its result. Throws CalendarUnavailable
 * when Google cannot be asked, and what `requireConnected` throws.
 */
export function renewedTokens(
  deps: AccessDeps,
  userId: string,
  renewal: Renewal,
): Promise<StoredTokens> {
  const mine = underWay.get(deps.app) ?? new Map<string, Promise<StoredTokens>>();
  underWay.set(deps.app, mine);
  const running = mine.get(renewal.key);
  if (running !== undefined) return running;
  const started = renewOrWait(deps, userId, renewal).finally(() => mine.delete(renewal.key));
  mine.set(renewal.key, started);
  return started;
}

async function renewOrWait(
  deps: AccessDeps,
  userId: string,
  renewal: Renewal,
): Promise<StoredTokens> {
  const endsAt = performance.now() + patienceMs;
  while (performance.now() < endsAt) {
    const leaseId = deps.newId('wrk');
    const { tokens, isMine } = await asTenant(deps.app, userId, async (tx) => {
      const stored = renewal.requireConnected(await readTokens(tx, userId));
      const isOurs =
        !renewal.isGood(stored) && (await takeRefreshLease(tx, userId, stored, leaseId));
      return { tokens: stored, isMine: isOurs };
    });
    if (renewal.isGood(tokens)) return tokens;
    const renewed = isMine
      ? await renewOnce(deps, userId, { ...renewal, tokens, leaseId })
      : undefined;
    if (renewed !== undefined) return renewed;
    if (!isMine) await sleep(pollMs);
  }
  throw new CalendarUnavailable('The token is being renewed elsewhere, for too long');
}

/** Asks Google once, between two transactions; undefined where other tokens were stored meanwhile. */
async function renewOnce(
  deps: AccessDeps,
  userId: string,
  held: { tokens: StoredTokens; leaseId: string; refuse: Renewal['refuse'] },
): Promise<StoredTokens | undefined> {
  const { tokens, leaseId, refuse } = held;
  try {
    return await askAndStore(deps, userId, { tokens, refuse });
  } catch (error) {
    await asTenant(deps.app, userId, (tx) => dropRefreshLease(tx, userId, leaseId));
    throw error;
  }
}

async function askAndStore(
  deps: AccessDeps,
  userId: string,
  { tokens, refuse }: { tokens: StoredTokens; refuse: Renewal['refuse'] },
): Promise<StoredTokens | undefined> {
  const { googleOAuth, vault, now, log } = deps;
  if (googleOAuth === undefined) {
    throw new CalendarUnavailable('This installation has no app at Google to renew the token with');
  }
  const answer = await googleOAuth.refresh(vault.decrypt(tokens.refreshToken, userId));
  if (!answer.given) {
    log.warn('a calendar has to be connected anew', { userId, error: answer.text });
    await refuse(tokens, answer.text);
    return undefined;
  }
  const { accessToken, refreshToken, livesForMs, scopes } = answer.tokens;
  const missing = scopes === null ? [] : missingBoxes(scopes);
  if (missing.length > 0) {
    await refuse(tokens, `it may not “${missing.join('” and “')}” any more`);
    return undefined;
  }
  const stored = await asTenant(deps.app, userId, (tx) =>
    storeRenewed(tx, userId, tokens, {
      accessToken: vault.encrypt(accessToken, userId),
      refreshToken: refreshToken === null ? null : vault.encrypt(refreshToken, userId),
      expiresAt: new Date(now().getTime() + livesForMs),
      scope: scopes?.join(' ') ?? null,
    }),
  );
  log.info('a calendar’s token was renewed', { userId, isStored: stored !== undefined });
  return stored;
}
