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

/** A message that came too late for its reply window, as its status says. */
export type RefusedByWindow = { userId: string; messageId: string };

/** Our messages that failed because the reply window had closed, each once; those that name no reference are left alone. */
export function refusedByWindow(events: InboundEvent[], facts: InboundFacts): RefusedByWindow[] {
  const refused = new Map<string, RefusedByWindow>();
  for (const event of events) {
    if (event.type !== 'status' || event.refusalScope !== 'reply_window') continue;
    const account = facts.accounts.get(accountKey(event.account));
    if (account === undefined || event.reference === undefined) continue;
    refused.set(event.reference, { userId: account.userId, messageId: event.reference });
  }
  return [...refused.values()];
}
