import type { Pool } from '../../lib/db.ts';
import type { Vault } from '../../lib/encryption.ts';
import type { NewId } from '../../lib/ids.ts';
import type { Log } from '../../lib/log.ts';
import { asTenant } from '../../lib/tenant.ts';
import type { CalendarAccess } from '../calendar.ts';
import {
  CalendarAccessLost,
  CalendarNeedsAttention,
  CalendarUnavailable,
  NoCalendarConnected,
} from '../calendar-errors.ts';
import type { GoogleOAuth } from '../google/google-oauth.ts';
import { markNeedsAttention } from './needs-attention.ts';
import { renewedTokens } from './renew-tokens.ts';
import { readTokens, type StoredTokens } from './stored-tokens.ts';

export type AccessDeps = {
  app: Pool;
  vault: Vault;
  newId: NewId;
  now: () => Date;
  /** Undefined where the installation has no app at Google: tokens cannot be renewed then. */
  googleOAuth: GoogleOAuth | undefined;
  publishLook: () => void;
  log: Log;
};

/** A token with less left is renewed first: what it is for takes time. */
const marginMs = 60_000;

/**
 * Does work with a tenant's calendar, with a token that is good; the work may run twice, the second time with another
 * token. No transaction may be open. Throws what the work throws, NoCalendarConnected, CalendarNeedsAttention when only
 * the business can help, and CalendarUnavailable when the token cannot be renewed now.
 */
export async function withAccess<T>(
  deps: AccessDeps,
  userId: string,
  work: (access: CalendarAccess) => Promise<T>,
): Promise<T> {
  const first = await goodTokens(deps, userId, undefined);
  try {
    return await work(accessOf(deps, userId, first));
  } catch (error) {
    if (!(error instanceof CalendarAccessLost)) throw error;
  }
  const second = await goodTokens(deps, userId, first);
  try {
    return await work(accessOf(deps, userId, second));
  } catch (error) {
    if (!(error instanceof CalendarAccessLost)) throw error;
    deps.log.warn('a calendar refused a new token', { userId, error: error.message });
    await needsAttention(deps, userId, second, 'it refuses the access that it gave');
    throw new CalendarUnavailable('The calendar was connected anew meanwhile');
  }
}

/** Marks the connection, and throws CalendarNeedsAttention, unless others are stored by now. */
async function needsAttention(
  deps: AccessDeps,
  userId: string,
  tokens: StoredTokens,
  reason: string,
): Promise<void> {
  const isMarked = await asTenant(deps.app, userId, (tx) =>
    markNeedsAttention(tx, deps.newId, { userId, tokens, reason }),
  );
  if (!isMarked) return;
  deps.publishLook();
  throw new CalendarNeedsAttention(`The calendar has to be connected anew: ${reason}`);
}

/** Tokens with time left that are not those that were refused. */
async function goodTokens(
  deps: AccessDeps,
  userId: string,
  refused: StoredTokens | undefined,
): Promise<StoredTokens> {
  const stored = await asTenant(deps.app, userId, (tx) => readTokens(tx, userId));
  const isGood = (tokens: StoredTokens): boolean =>
    tokens.accessToken !== refused?.accessToken &&
    tokens.expiresAt.getTime() - deps.now().getTime() > marginMs;
  const usable = requireConnected(stored);
  if (isGood(usable)) return usable;
  return renewedTokens(deps, userId, {
    /** Renewals of this process that begin with the same tokens are one. */
    key: `${userId} ${usable.accessToken}`,
    isGood,
    requireConnected,
    refuse: (tokens, reason) => needsAttention(deps, userId, tokens, reason),
  });
}

/** Throws NoCalendarConnected or CalendarNeedsAttention. */
function requireConnected(tokens: StoredTokens | undefined): StoredTokens {
  if (tokens === undefined) throw new NoCalendarConnected('No calendar is connected.');
  if (tokens.status === 'connected') return tokens;
  throw new CalendarNeedsAttention(
    `The calendar has to be connected anew: ${tokens.attentionReason ?? 'no reason is known'}`,
  );
}

function accessOf({ vault }: AccessDeps, userId: string, tokens: StoredTokens): CalendarAccess {
  return { accessToken: vault.decrypt(tokens.accessToken, userId) };
}
