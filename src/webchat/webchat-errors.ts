import { PermanentError, TransientError } from '../lib/errors.ts';

/** No chat has this key, or nobody answers there. */
export class UnknownKey extends PermanentError {
  override readonly code = 'webchat.unknown_key';
  override readonly status = 404;
}

/** The page is none of those that may use the chat. */
export class OriginNotAllowed extends PermanentError {
  override readonly code = 'webchat.origin_not_allowed';
  override readonly status = 403;
}

/** No token, or one that is not good any more: a new session gives a new one. */
export class BadToken extends PermanentError {
  override readonly code = 'webchat.bad_token';
  override readonly status = 401;
}

/** What the page says of the visitor is not signed with the secret of the number, or is over. */
export class BadIdentity extends PermanentError {
  override readonly code = 'webchat.bad_identity';
  override readonly status = 401;
}

/** The chat asks for a form to be filled in before the first message. */
export class FormNeeded extends PermanentError {
  override readonly code = 'webchat.form_needed';
  override readonly status = 422;
}

/** The chat takes no files. */
export class AttachmentsOff extends PermanentError {
  override readonly code = 'attachment.not_allowed';
  override readonly status = 422;
}

/** The visitor, or the address they come from, asks too often. */
export class TooOften extends TransientError {
  override readonly code = 'webchat.too_often';
  override readonly status = 429;
}
