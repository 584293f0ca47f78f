import { PermanentError, TransientError } from '../lib/errors.ts';

/** Nothing is kept under that key. */
export class MediaNotFound extends PermanentError {
  override readonly code = 'media.not_found';
  override readonly status = 404;
}

/** A key that `mediaKey` would not make: it could point outside the store. */
export class BadMediaKey extends PermanentError {
  override readonly code = 'media.bad_key';
}

/** The store will not take us as we are configured: wrong keys, no such bucket. */
export class MediaStoreRefused extends PermanentError {
  override readonly code = 'media.store_refused';
}

/** The store cannot be used now: full, slow, or away. */
export class MediaStoreUnavailable extends TransientError {
  override readonly code = 'media.store_unavailable';
}

/** The file is larger than the caller takes. */
export class MediaTooLarge extends PermanentError {
  override readonly code = 'media.too_large';
  override readonly status = 413;
}
