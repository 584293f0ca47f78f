import type { InboundEvent } from '../channels/inbound-event.ts';
import { accountKey, type InboundFacts } from './inbound-facts.ts';

/** An account that cannot send, in the provider's words. */
export type RefusedAccount = {
  userId: string;
  phoneNumberId: string;
  errorCode: number;
  reason: string;
};

/** The accounts that failed statuses say are refused as a whole (a missing payment, a ban), each once. */
export function refusedAccounts(events: InboundEvent[], facts: InboundFacts): RefusedAccount[] {
  const refused = new Map<string, RefusedAccount>();
  for (const event of events) {
    if (event.type !== 'status' || event.refusalScope !== 'account') continue;
    const account = facts.accounts.get(accountKey(event.account));
    if (account === undefined || event.error === undefined) continue;
    refused.set(account.phoneNumberId, {
      userId: account.userId,
      phoneNumberId: account.phoneNumberId,
      errorCode: event.error.code,
      reason: event.error.text,
    });
  }
  return [...refused.values()];
}
