import { PermanentError } from '../errors.ts';

/** One field of a request that cannot be taken, and why. */
export type FieldFault = {
  in: 'body' | 'query' | 'header' | 'path';
  field: string;
  message: string;
};

/** A request that does not fit its route; `faults` names every field that is wrong. */
export class InvalidRequest extends PermanentError {
  override readonly code = 'request.invalid';
  override readonly status = 400;
  readonly faults: FieldFault[];

  constructor(faults: FieldFault[]) {
    super(faults.map(({ field, message }) => `${field}: ${message}`).join('; '));
    this.faults = faults;
  }
}

/** The body is no JSON, though it must be. */
export class MalformedJson extends PermanentError {
  override readonly code = 'request.malformed_json';
  override readonly status = 400;
}

/** The request cannot be read as HTTP means it, such as a path with a broken percent sign. */
export class UnreadableRequest extends PermanentError {
  override readonly code = 'request.unreadable';
  override readonly status = 400;
}

export class BodyTooLarge extends PermanentError {
  override readonly code = 'request.too_large';
  override readonly status = 413;
}

export class UnsupportedMediaType extends PermanentError {
  override readonly code = 'request.unsupported_media_type';
  override readonly status = 415;
}

/** Nothing is at this path. */
export class UnknownPath extends PermanentError {
  override readonly code = 'request.unknown_path';
  override readonly status = 404;
}

/** The path exists, but not for this method; `allowed` are those it has. */
export class MethodNotAllowed extends PermanentError {
  override readonly code = 'request.method_not_allowed';
  override readonly status = 405;
  readonly allowed: string[];

  constructor(allowed: string[]) {
    super(`This path takes ${allowed.join(', ')}.`);
    this.allowed = allowed;
  }
}

/** No key, or none that is valid. */
export class NotSignedIn extends PermanentError {
  override readonly code = 'auth.not_signed_in';
  override readonly status = 401;
}

/** The key is valid, but not for this. */
export class NotAllowed extends PermanentError {
  override readonly code = 'auth.not_allowed';
  override readonly status = 403;
}

/** What the path or the body names does not exist, or is another tenant's: nobody can tell which. */
export class NotFound extends PermanentError {
  override readonly code: string;
  override readonly status = 404;

  constructor(what: string) {
    super(`There is no such ${what.replaceAll('_', ' ')}.`);
    this.code = `${what}.not_found`;
  }
}
