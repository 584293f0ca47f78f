/** Work that cannot succeed however often it is repeated. `code` is stable and dotted, `status` is the HTTP status it maps to. */
export class PermanentError extends Error {
  readonly code: string = 'internal.permanent';
  readonly status: number = 500;
}

/** Work that may succeed when repeated, not before `retryAfterMs` if that is given. */
export class TransientError extends Error {
  readonly code: string = 'internal.transient';
  readonly status: number = 503;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The text of whatever was thrown, for logs; an object that is no error is named by its type only. */
export function errorText(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map(errorText).join('; ');
  }
  return error instanceof Error ? error.message : `thrown ${typeof error}`;
}
