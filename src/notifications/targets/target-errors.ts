import { PermanentError } from '../../lib/errors.ts';

/** Only what goes to a webhook is signed. */
export class NotificationTargetUnsigned extends PermanentError {
  override readonly code = 'notification_target.unsigned';
  override readonly status = 422;
}

/** More tests than anybody needs; a test writes to people. */
export class TooManyTests extends PermanentError {
  override readonly code = 'notification_target.too_many_tests';
  override readonly status = 429;
}
