import { PermanentError } from '../lib/errors.ts';

/** The token does not open this account at the provider. */
export class PhoneNumberNoAccess extends PermanentError {
  override readonly code = 'phone_number.no_access';
  override readonly status = 422;
}

/** The installation has this account already; whose it is stays unsaid. */
export class PhoneNumberTaken extends PermanentError {
  override readonly code = 'phone_number.taken';
  override readonly status = 409;
}
