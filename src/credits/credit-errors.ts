import { PermanentError } from '../lib/errors.ts';

/** The same Idempotency-Key came with another top-up. */
export class TopUpKeyReused extends PermanentError {
  override readonly code = 'idempotency.key_reused';
  override readonly status = 409;
}

/** The balance would be larger than can be kept. */
export class TooManyCredits extends PermanentError {
  override readonly code = 'credits.too_many';
  override readonly status = 422;
}
