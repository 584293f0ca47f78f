import type { SendOutcome } from '../channels/channel.ts';
import { backoffMs } from '../lib/clock.ts';

/** What to write down about an attempt. */
export type SendRecord =
  | { result: 'accepted'; platformMessageId: string | null }
  | { result: 'again'; inMs: number; errorCode: number; errorText: string }
  | { result: 'failed'; errorCode: number; errorText: string };

/** What an outcome means beyond its own message. */
export type SendConsequence = 'none' | 'account_needs_attention' | 'reply_window_closed';

const maxAttempts = 8;
const maxUnknownAttempts = 4;
/** 131056, too many messages to one customer: Meta asks to wait 4^X seconds (providers' error table). */
const pairRateCode = 131_056;

/**
 * Decides what follows from one attempt. An unknown outcome waits for the provider's status and only
 * then is sent again; a refusal ends it with its reason.
 */
export function afterSend(
  outcome: SendOutcome,
  facts: { attempts: number; settleMs: number; hasTemplate: boolean; wasTemplate: boolean },
  random: () => number,
): { record: SendRecord; consequence: SendConsequence } {
  if (outcome.outcome === 'accepted') {
    return {
      record: { result: 'accepted', platformMessageId: outcome.providerMessageId },
      consequence: 'none',
    };
  }
  const error = {
    errorCode: outcome.error.code,
    errorText:
      outcome.error.details === undefined || outcome.error.details === outcome.error.text
        ? outcome.error.text
        : `${outcome.error.text}: ${outcome.error.details}`,
  };
  const failed = { record: { result: 'failed' as const, ...error }, consequence: 'none' as const };
  switch (outcome.outcome) {
    case 'unknown':
      if (facts.attempts >= maxUnknownAttempts) return failed;
      return { record: { result: 'again', inMs: facts.settleMs, ...error }, consequence: 'none' };
    case 'retry':
      if (facts.attempts >= maxAttempts) return failed;
      return {
        record: { result: 'again', inMs: waitMs(outcome, facts.attempts, random), ...error },
        consequence: 'none',
      };
    case 'refused':
      if (outcome.scope === 'reply_window' && facts.hasTemplate && !facts.wasTemplate) {
        return {
          record: { result: 'again', inMs: 0, ...error },
          consequence: 'reply_window_closed',
        };
      }
      return {
        ...failed,
        consequence: outcome.scope === 'account' ? 'account_needs_attention' : 'none',
      };
  }
}

function waitMs(
  outcome: Extract<SendOutcome, { outcome: 'retry' }>,
  attempts: number,
  random: () => number,
): number {
  const base =
    outcome.error.code === pairRateCode
      ? Math.min(4 ** attempts * 1_000, 300_000)
      : backoffMs({ attempt: attempts, baseMs: 1_000, maxMs: 120_000, random });
  return Math.max(base, outcome.retryAfterMs ?? 0);
}
