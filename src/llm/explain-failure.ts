import {
  ModelContextTooLong,
  type ModelError,
  ModelQuotaExhausted,
  ModelRefusedRequest,
  ModelUnavailable,
} from './model-errors.ts';

/** A refusal in the provider's words. `status` is absent when the refusal came inside a 200. */
export type ProviderRefusal = {
  status?: number | undefined;
  code?: string | undefined;
  type?: string | undefined;
  parameter?: string | undefined;
  requestId?: string | undefined;
  retryAfterMs?: number | undefined;
};

const quotaCodes = new Set([
  'insufficient_quota',
  'billing_hard_limit_reached',
  'billing_not_active',
]);
const tooLongCodes = new Set(['context_length_exceeded', 'string_above_max_length']);
/** Statuses below 500 that pass by themselves. */
const passingStatuses = new Set([408, 409, 425, 429]);
/** Codes inside a failed response that pass by themselves (`ResponseError` of the Responses API, 2026-08). */
const passingCodes = new Set(['server_error', 'rate_limit_exceeded', 'vector_store_timeout']);

/**
 * Sorts a refusal by what helps against it. A 429 is two things: a rate that passes, and an empty account
 * that does not. The provider's own sentence is left out of the message: it can quote the key or the input.
 */
export function explainRefusal(refusal: ProviderRefusal): ModelError {
  const message = describe(refusal);
  if (quotaCodes.has(refusal.code ?? '') || refusal.type === 'insufficient_quota') {
    return new ModelQuotaExhausted(message);
  }
  if (tooLongCodes.has(refusal.code ?? '')) {
    return new ModelContextTooLong(message);
  }
  if (passes(refusal)) {
    const { retryAfterMs } = refusal;
    return new ModelUnavailable(message, retryAfterMs === undefined ? {} : { retryAfterMs });
  }
  return new ModelRefusedRequest(message, {
    providerCode: refusal.code,
    parameter: refusal.parameter,
  });
}

function passes({ status, code }: ProviderRefusal): boolean {
  if (status === undefined) {
    return passingCodes.has(code ?? 'server_error');
  }
  return status >= 500 || passingStatuses.has(status);
}

function describe({ status, code, type, parameter, requestId }: ProviderRefusal): string {
  const facts = [status, code ?? type, parameter, requestId].filter((fact) => fact !== undefined);
  return `the model provider refused: ${facts.join(' ')}`;
}
