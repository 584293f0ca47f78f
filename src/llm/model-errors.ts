import { PermanentError, TransientError } from '../lib/errors.ts';

/** The model cannot be reached or is too busy now. */
export class ModelUnavailable extends TransientError {
  override readonly code = 'llm.unavailable';
}

/** The caller's signal ended the call: nothing is wrong with the model. */
export class ModelAborted extends TransientError {
  override readonly code = 'llm.aborted';
}

/** The account has no money left with the provider; asking again does not help until somebody pays. */
export class ModelQuotaExhausted extends PermanentError {
  override readonly code = 'llm.insufficient_quota';
}

/** The conversation does not fit the model: ask again with less of it. */
export class ModelContextTooLong extends PermanentError {
  override readonly code = 'llm.context_too_long';
}

/** The provider will never accept this request; `providerCode` and `parameter` say why, if it told. */
export class ModelRefusedRequest extends PermanentError {
  override readonly code = 'llm.invalid_request';
  readonly providerCode: string | undefined;
  readonly parameter: string | undefined;

  constructor(
    message: string,
    why: { providerCode: string | undefined; parameter: string | undefined },
  ) {
    super(message);
    this.providerCode = why.providerCode;
    this.parameter = why.parameter;
  }
}

export type ModelError =
  | ModelUnavailable
  | ModelAborted
  | ModelQuotaExhausted
  | ModelContextTooLong
  | ModelRefusedRequest;

const modelErrors = [
  ModelUnavailable,
  ModelAborted,
  ModelQuotaExhausted,
  ModelContextTooLong,
  ModelRefusedRequest,
];

/** Whether the failure is one of ours already. */
export function isModelError(thrown: unknown): thrown is ModelError {
  return modelErrors.some((kind) => thrown instanceof kind);
}
