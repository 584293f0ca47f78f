import type { Db, Pool } from '../../lib/db.ts';
import type { Vault } from '../../lib/encryption.ts';
import { errorText } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import { asTenant } from '../../lib/tenant.ts';
import { NoCalendarConnected } from '../calendar-errors.ts';
import type { GoogleOAuth } from '../google/google-oauth.ts';
import { settleAttention } from './needs-attention.ts';
import { readTokens } from './stored-tokens.ts';

export type DisconnectDeps = {
  app: Pool;
  vault: Vault;
  googleOAuth: GoogleOAuth | undefined;
  /** What belongs to the connection goes with it; joins the transaction. */
  onDisconnect: (tx: Db, userId: string) => Promise<void>;
  log: Log;
};

/**
 * Gives back what the business allowed and forgets the tokens, also when Google does not answer. Given back first:
 * tokens that are forgotten could not be given back by anybody. Throws NoCalendarConnected.
 */
export async function disconnect(deps: DisconnectDeps, userId: string): Promise<void> {
  const { app, vault, googleOAuth, onDisconnect, log } = deps;
  const tokens = await asTenant(app, userId, (tx) => readTokens(tx, userId));
  if (tokens === undefined) throw new NoCalendarConnected('No calendar is connected.');
  try {
    await googleOAuth?.revoke(vault.decrypt(tokens.refreshToken, userId));
  } catch (error) {
    log.warn('the access to a calendar could not be given back', {
      userId,
      error: errorText(error),
    });
  }
  await asTenant(app, userId, async (tx) => {
    await onDisconnect(tx, userId);
    await tx.query('delete from google_calendar_tokens where user_id = $1', [userId]);
    await settleAttention(tx, userId);
  });
  log.info('a calendar was disconnected', { userId });
}
