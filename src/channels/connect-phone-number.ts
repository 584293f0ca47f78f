import { randomBytes } from 'node:crypto';
import type { Db, Pool } from '../lib/db.ts';
import type { Vault } from '../lib/encryption.ts';
import { InvalidRequest } from '../lib/http/http-errors.ts';
import type { NewId } from '../lib/ids.ts';
import { cutText, safeText } from '../lib/safe-text.ts';
import { asTenant } from '../lib/tenant.ts';
import { resolveNotices } from '../notifications/notices.ts';
import type { Channel } from './channel.ts';
import type { Platform } from './inbound-event.ts';
import { PhoneNumberNoAccess } from './phone-number-errors.ts';
import {
  getPhoneNumber,
  insertPhoneNumber,
  type PhoneNumber,
  type ProvenToken,
  requireFreeAccount,
  updatePhoneNumber,
} from './phone-numbers.ts';
import { firstLookMs, tokenAtRisk } from './tokens/after-look.ts';
import { withoutToken } from './without-token.ts';

/** A conversation that is owed a reply again. */
export type OwedConversation = { userId: string; conversationId: string };

export type ConnectDeps = {
  app: Pool;
  admin: Pool;
  vault: Vault;
  newId: NewId;
  channelFor: (platform: Platform) => Channel;
  /** Gives back to the AI what people got because the number could not send; joins the transaction. */
  numberRestored: (
    tx: Db,
    number: { userId: string; phoneNumberId: string },
  ) => Promise<OwedConversation[]>;
};

export type PhoneNumberToConnect = {
  userId: string;
  platform: Platform;
  metaPhoneNumberId: string;
  /** Left out where the channel has none. */
  accessToken?: string | undefined;
  /** How long the provider said that the token lives; left out where nobody said so. */
  tokenLivesForMs?: number | null | undefined;
  displayName?: string | null | undefined;
  messagesPerSecond?: number | null | undefined;
};

/**
 * Registers a tenant's account once its token was proven with the provider; the token is kept encrypted,
 * bound to its row. Throws PhoneNumberTaken or PhoneNumberNoAccess.
 */
export async function connectPhoneNumber(
  deps: ConnectDeps,
  given: PhoneNumberToConnect,
): Promise<PhoneNumber> {
  await requireFreeAccount(deps.admin, given);
  const accessToken = given.accessToken ?? ownSecret(deps, given.platform);
  const nameAtProvider = await proveAccess(deps, { ...given, accessToken });
  const id = deps.newId('phn');
  return await asTenant(deps.app, given.userId, (tx) =>
    insertPhoneNumber(tx, {
      id,
      userId: given.userId,
      platform: given.platform,
      metaPhoneNumberId: given.metaPhoneNumberId,
      ...provenToken(deps, { ...given, id, accessToken }),
      displayName: given.displayName ?? nameAtProvider,
      messagesPerSecond: given.messagesPerSecond ?? null,
    }),
  );
}

/** A secret for an account that no provider gives one for. Throws InvalidRequest where a token is needed. */
function ownSecret({ channelFor }: Pick<ConnectDeps, 'channelFor'>, platform: Platform): string {
  if (!channelFor(platform).capabilities.hasAccessToken)
    return randomBytes(32).toString('base64url');
  const message = 'is needed: the token that the provider gave you for the account';
  throw new InvalidRequest([{ in: 'body', field: 'accessToken', message }]);
}

export type PhoneNumberEdit = {
  userId: string;
  id: string;
  accessToken?: string | undefined;
  tokenLivesForMs?: number | null | undefined;
  displayName?: string | null | undefined;
  messagesPerSecond?: number | null | undefined;
};

/**
 * Changes an account. A new token is proven first and makes the account well again: what was told about it
 * is settled, and the conversations that people got for it go back to the AI. Throws NotFound or
 * PhoneNumberNoAccess.
 */
export async function changePhoneNumber(
  deps: ConnectDeps,
  given: PhoneNumberEdit,
): Promise<{ number: PhoneNumber; owed: OwedConversation[] }> {
  const { app } = deps;
  const { userId, id, accessToken, tokenLivesForMs, ...change } = given;
  if (accessToken === undefined) {
    const number = await asTenant(app, userId, (tx) =>
      updatePhoneNumber(tx, { userId, id }, change),
    );
    return { number, owed: [] };
  }
  const known = await asTenant(app, userId, (tx) => getPhoneNumber(tx, userId, id));
  await proveAccess(deps, { ...known, accessToken });
  const token = provenToken(deps, { ...known, accessToken, tokenLivesForMs });
  return await asTenant(app, userId, async (tx) => {
    const number = await updatePhoneNumber(tx, { userId, id }, { ...change, token });
    const owed = await deps.numberRestored(tx, { userId, phoneNumberId: id });
    for (const kind of ['phone_number.needs_attention', tokenAtRisk]) {
      await resolveNotices(tx, { userId, kind, dedupeKey: id });
    }
    return { number, owed };
  });
}

/** A token as it is stored, and when to look after it first: soon where nobody has said how long it lives. */
function provenToken(
  { vault, channelFor }: Pick<ConnectDeps, 'vault' | 'channelFor'>,
  given: {
    id: string;
    platform: Platform;
    accessToken: string;
    tokenLivesForMs?: number | null | undefined;
  },
): ProvenToken {
  const { id, platform, accessToken, tokenLivesForMs } = given;
  const { hasAccessToken } = channelFor(platform).capabilities;
  return {
    encryptedToken: vault.encrypt(accessToken, id),
    tokenLivesForMs: tokenLivesForMs ?? null,
    lookInMs: hasAccessToken ? firstLookMs(tokenLivesForMs) : null,
  };
}

/** Answers the name that the provider has for the account. No transaction is open meanwhile. */
async function proveAccess(
  deps: Pick<ConnectDeps, 'channelFor'>,
  account: { platform: Platform; metaPhoneNumberId: string; accessToken: string },
): Promise<string | null> {
  const { platform, metaPhoneNumberId: accountId, accessToken } = account;
  const proof = await deps.channelFor(platform).proveAccess({ accountId, accessToken });
  if (proof.hasAccess) {
    return proof.displayName === undefined ? null : cutText(safeText(proof.displayName), 255);
  }
  const { code, text } = proof.error;
  const said = withoutToken(text, accessToken);
  throw new PhoneNumberNoAccess(
    `The provider does not give this token access to the account: ${said} (code ${code}).`,
  );
}
