import { PermanentError } from '../lib/errors.ts';

/** Another user of the installation has this e-mail address. */
export class EmailTaken extends PermanentError {
  override readonly code = 'user.email_taken';
  override readonly status = 409;
}

/** The tenant was switched off; its keys do not work until it is switched on again. */
export class UserInactive extends PermanentError {
  override readonly code = 'auth.user_inactive';
  override readonly status = 403;
}

/** Another agent answers on this phone number. */
export class PhoneNumberHasAgent extends PermanentError {
  override readonly code = 'agent.phone_number_taken';
  override readonly status = 409;
}

/** The installation knows a model of this id. */
export class ModelKnown extends PermanentError {
  override readonly code = 'model.known';
  override readonly status = 409;
}
