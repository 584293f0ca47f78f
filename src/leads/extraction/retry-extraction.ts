import { backoffMs } from '../../lib/clock.ts';
import { sqlState } from '../../lib/db.ts';
import { PermanentError, TransientError } from '../../lib/errors.ts';
import { ModelAborted, ModelQuotaExhausted } from '../../llm/model-errors.ts';

/** A model that is away longer than these is asked every half hour: nobody who waits is forgotten. */
export const maxQuickAttempts = 5;
const slowRetryMs = 30 * 60_000;

/** Postgres will not hold what was read, however often it is read. */
export class LeadNotStorable extends PermanentError {
  override readonly code = 'leads.not_storable';
}

/** Whether Postgres refused a value, and not the moment. */
export function isUnstorable(error: unknown): boolean {
  return /^2[23]/.test(sqlState(error) ?? '');
}

/** When to try again what failed, in milliseconds; null when only new words may help. */
export function againInMs(
  error: PermanentError | TransientError,
  attempts: number,
  random: () => number,
): number | null {
  if (error instanceof ModelAborted) return 0;
  // Refused at once and at no cost until somebody pays; then everything that waited is read.
  if (error instanceof ModelQuotaExhausted) return slowRetryMs;
  if (!(error instanceof TransientError)) return null;
  if (attempts >= maxQuickAttempts) return slowRetryMs;
  return backoffMs({ attempt: attempts, baseMs: 2_000, maxMs: 300_000, random });
}
