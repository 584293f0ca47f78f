import { errorText, PermanentError, TransientError } from '../lib/errors.ts';
import { cutText, safeText } from '../lib/safe-text.ts';
import { asTenant } from '../lib/tenant.ts';
import {
  type ConnectDeps,
  changePhoneNumber,
  connectPhoneNumber,
  type OwedConversation,
} from './connect-phone-number.ts';
import type { AccountConsent, GrantedAccount } from './consent.ts';
import type { Platform } from './inbound-event.ts';
import { PhoneNumberNoAccess, PhoneNumberTaken } from './phone-number-errors.ts';
import { findOwnNumber } from './phone-numbers.ts';

/** What became of one account that a business let us into. `isTold`: its provider tells us what happens there. */
export type Connected =
  | { result: 'connected' | 'renewed'; name: string; isTold: boolean }
  | { result: 'taken' | 'unanswered'; name: string }
  | { result: 'no_access'; name: string; text: string };

/**
 * Takes an account that a business let us into: registers it, or gives the one that the tenant has already its new
 * token, which makes it well again.
 */
export async function connectGranted(
  deps: ConnectDeps & { consent: AccountConsent; owe: (owed: OwedConversation[]) => Promise<void> },
  given: { userId: string; platform: Platform; account: GrantedAccount },
): Promise<Connected> {
  const { userId, platform, account } = given;
  const { accountId: metaPhoneNumberId, accessToken, tokenLivesForMs } = account;
  const name = cutText(safeText(account.name), 255);
  const token = { userId, accessToken, tokenLivesForMs };
  try {
    const own = { userId, platform, metaPhoneNumberId };
    const id = await asTenant(deps.app, userId, (tx) => findOwnNumber(tx, own));
    if (id === undefined) {
      await connectPhoneNumber(deps, { ...own, ...token, displayName: name });
    } else {
      const { owed } = await changePhoneNumber(deps, { ...token, id });
      await deps.owe(owed);
    }
    const isTold = await subscribe(deps.consent, account);
    return { result: id === undefined ? 'connected' : 'renewed', name, isTold };
  } catch (error) {
    if (error instanceof PhoneNumberTaken) return { result: 'taken', name };
    if (error instanceof TransientError) return { result: 'unanswered', name };
    if (error instanceof PhoneNumberNoAccess) {
      return { result: 'no_access', name, text: errorText(error) };
    }
    throw error;
  }
}

/** The account is stored by now: that its messages do not come yet is told, and mended by connecting once more. */
async function subscribe(consent: AccountConsent, account: GrantedAccount): Promise<boolean> {
  try {
    await consent.subscribe(account);
    return true;
  } catch (error) {
    if (error instanceof TransientError || error instanceof PermanentError) return false;
    throw error;
  }
}
