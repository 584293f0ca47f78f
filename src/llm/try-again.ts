import { backoffMs, sleep } from '../lib/clock.ts';
import { TransientError } from '../lib/errors.ts';
import { ModelAborted } from './model-errors.ts';

const maxTries = 3;

/** Makes a call to a model again when what went wrong may pass, thrice in all; throws what went wrong last. */
export async function tryAgain<Answer>(
  call: () => Promise<Answer>,
  { random, signal }: { random: () => number; signal: AbortSignal },
): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const mayPass = error instanceof TransientError && !(error instanceof ModelAborted);
      if (!mayPass || attempt === maxTries) throw error;
      const waitMs = backoffMs({ attempt, baseMs: 500, maxMs: 8_000, random });
      await sleep(Math.min(Math.max(waitMs, error.retryAfterMs ?? 0), 20_000), signal);
    }
  }
}
