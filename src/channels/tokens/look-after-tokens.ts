import type { Pool } from '../../lib/db.ts';
import type { Vault } from '../../lib/encryption.ts';
import { errorText, PermanentError } from '../../lib/errors.ts';
import type { NewId } from '../../lib/ids.ts';
import type { Log } from '../../lib/log.ts';
import { inTurns } from '../../notifications/in-turns.ts';
import type { Channel, TokenLook } from '../channel.ts';
import type { Platform } from '../inbound-event.ts';
import { withoutToken } from '../without-token.ts';
import { afterLook } from './after-look.ts';
import { type AccountRef, type ClaimedToken, claimToken } from './claim-token.ts';
import { recordLook } from './record-look.ts';

export type TokenDeps = {
  app: Pool;
  vault: Vault;
  newId: NewId;
  random: () => number;
  channelFor: (platform: Platform) => Channel;
  /** The provider refuses the token: the account needs attention. `accessToken` is the ciphertext of the one refused. */
  tokenRefused: (account: {
    userId: string;
    phoneNumberId: string;
    errorCode: number;
    reason: string;
    accessToken: string;
  }) => Promise<void>;
  publishLook: () => void;
  observeTokenLook: (result: string) => void;
  log: Log;
};

/** Accounts under way at once in this process: each waits for a provider most of its time. */
const maxUnderWay = 8;

/** Looks after the tokens of accounts that are due. One that fails keeps no other from it; the sweep comes back. */
export function lookAfterTokens(deps: TokenDeps, accounts: AccountRef[]): Promise<void> {
  return inTurns(accounts, { atOnce: maxUnderWay }, async (account) => {
    try {
      await lookAfterOne(deps, account);
    } catch (error) {
      deps.log.error('a token could not be looked after; the sweep comes back to it', {
        ...account,
        error: errorText(error),
      });
    }
  });
}

/** The provider is called between the claim and the record, with no transaction open. */
async function lookAfterOne(deps: TokenDeps, account: AccountRef): Promise<void> {
  const claimed = await claimToken(deps.app, account);
  if (claimed === undefined) return;
  const channel = deps.channelFor(claimed.platform);
  if (!channel.capabilities.hasAccessToken) {
    const after = { lookInMs: null, attempts: 0, tell: 'nothing' } as const;
    await recordLook(deps, { claimed, after, renewed: undefined, reason: undefined });
    return;
  }
  const look = await lookAt(deps.vault, channel, claimed);
  const after = afterLook(look, claimed, deps.random);
  deps.observeTokenLook(look.token);
  const { userId, phoneNumberId, encryptedToken } = claimed;
  if (look.token === 'refused' && after.tell === 'refused') {
    // Told before it is recorded: whoever dies between the two looks once more, and tells nothing twice.
    await deps.tokenRefused({
      userId,
      phoneNumberId,
      errorCode: look.error.code,
      reason: look.error.text,
      accessToken: encryptedToken,
    });
  }
  const isRecorded = await recordLook(deps, {
    claimed,
    after,
    renewed: renewedOf(deps.vault, phoneNumberId, look),
    reason: 'error' in look ? look.error.text : undefined,
  });
  if (after.tell === 'at_risk') deps.publishLook();
  report(deps.log, account, look, isRecorded);
}

async function lookAt(vault: Vault, channel: Channel, claimed: ClaimedToken): Promise<TokenLook> {
  const { accountId, encryptedToken, phoneNumberId } = claimed;
  try {
    const accessToken = vault.decrypt(encryptedToken, phoneNumberId);
    return withoutItsToken(await channel.lookAfterToken({ accountId, accessToken }), accessToken);
  } catch (error) {
    // A process with another key must not give up every account there is.
    if (!(error instanceof PermanentError)) throw error;
    return { token: 'unknown', error: { code: 0, text: errorText(error) } };
  }
}

function withoutItsToken(look: TokenLook, token: string): TokenLook {
  if (!('error' in look)) return look;
  return { ...look, error: { ...look.error, text: withoutToken(look.error.text, token) } };
}

function renewedOf(vault: Vault, phoneNumberId: string, look: TokenLook) {
  if (look.token !== 'renewed') return undefined;
  const encryptedToken = vault.encrypt(look.accessToken, phoneNumberId);
  return { encryptedToken, livesForMs: look.livesForMs };
}

function report(log: Log, account: AccountRef, look: TokenLook, isRecorded: boolean): void {
  const fields = { ...account, token: look.token, isRecorded };
  if ('error' in look) log.warn('token not good', { ...fields, code: look.error.code });
  else log.info('token looked after', fields);
}
