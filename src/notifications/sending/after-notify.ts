import type { NotifierKind, NotifyOutcome } from '../notifier.ts';

/** What to write down about an attempt. */
export type NotifyRecord =
  | { result: 'sent'; providerMessageId: string | null }
  | { result: 'again'; inMs: number; error: string }
  | { result: 'failed'; error: string }
  | { result: 'unknown'; error: string };

/** Attempts for one notification at most: some four hours. */
export const maxAttempts = 8;
const waitsMs = [10_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 7_200_000];
const longestWaitMs = 6 * 3_600_000;

/**
 * Decides what follows from one attempt. What may have been sent is not sent again, except to a webhook: it
 * drops what it has already by its id. A test is tried once, because somebody waits for its answer.
 */
export function afterNotify(
  outcome: NotifyOutcome,
  facts: { attempts: number; targetKind: NotifierKind; isTest: boolean },
  random: () => number,
): NotifyRecord {
  const mayTryAgain = facts.attempts < maxAttempts && !facts.isTest;
  switch (outcome.outcome) {
    case 'sent':
      return { result: 'sent', providerMessageId: outcome.providerMessageId ?? null };
    case 'refused':
      return { result: 'failed', error: outcome.error };
    case 'retry':
      if (!mayTryAgain) return { result: 'failed', error: outcome.error };
      return {
        result: 'again',
        inMs: waitMs(facts.attempts, outcome.retryAfterMs, random),
        error: outcome.error,
      };
    case 'unknown':
      if (facts.targetKind !== 'webhook' || !mayTryAgain) {
        return { result: 'unknown', error: outcome.error };
      }
      return {
        result: 'again',
        inMs: waitMs(facts.attempts, undefined, random),
        error: outcome.error,
      };
  }
}

/** Between half and all of the step, so that what failed together does not come back together. */
function waitMs(attempts: number, atLeastMs: number | undefined, random: () => number): number {
  const step = waitsMs[Math.max(0, attempts - 1)] ?? longestWaitMs;
  const waited = Math.round(step / 2 + (random() * step) / 2);
  return Math.min(longestWaitMs, Math.max(waited, atLeastMs ?? 0));
}
