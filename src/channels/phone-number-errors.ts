import { PermanentError } from '../lib/errors.ts';

/** The token does not open this account at the provider. */
export class PhoneNumberNoAccess extends PermanentError {
  override readonly code = 'phone_number.no_access';
  override readonly status = 422;
}

/** No business can be asked for its account here: what is missing is said in words. */
export class OAuthNotConfigured extends PermanentError {
  override readonly code: string;
  override readonly status = 422;

  constructor(platform: string, missing: string) {
    super(missing);
    this.code = `${platform}.oauth_not_configured`;
  }
}

/** The installation has this account already; whose it is stays unsaid. */
export class PhoneNumberTaken extends PermanentError {
  override readonly code = 'phone_number.taken';
  override readonly status = 409;
}
