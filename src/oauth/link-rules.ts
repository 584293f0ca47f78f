import { PermanentError } from '../lib/errors.ts';
import { InvalidRequest } from '../lib/http/http-errors.ts';

/** No business can be asked for its account here: what is missing is said in words. */
export class OAuthNotConfigured extends PermanentError {
  override readonly code: string;
  override readonly status = 422;

  constructor(what: string, missing: string) {
    super(missing);
    this.code = `${what}.oauth_not_configured`;
  }
}

/** Nobody is sent to another site by a link of ours. Throws InvalidRequest. */
export function requireOwnOrigin(returnUrl: string, publicUrl: string): void {
  if (new URL(returnUrl).origin === new URL(publicUrl).origin) return;
  const message = `must begin with ${new URL(publicUrl).origin}`;
  throw new InvalidRequest([{ in: 'body', field: 'returnUrl', message }]);
}
