import { describe, expect, it } from '@jest/globals';
import { PermanentError, TransientError } from '../../src/lib/errors.ts';
import { explainRefusal } from '../../src/llm/explain-failure.ts';

describe('explainRefusal', () => {
  it.each([
    [{ status: 408 }, 'llm.unavailable'],
    [{ status: 409 }, 'llm.unavailable'],
    [{ status: 429 }, 'llm.unavailable'],
    [{ status: 429, code: 'rate_limit_exceeded' }, 'llm.unavailable'],
    [{ status: 500 }, 'llm.unavailable'],
    [{ status: 503, code: 'server_overloaded' }, 'llm.unavailable'],
    [{ status: 529 }, 'llm.unavailable'],
  ])('lets %j be tried again', (refusal, code) => {
    const error = explainRefusal(refusal);

    expect(error).toBeInstanceOf(TransientError);
    expect(error).toMatchObject({ code });
  });

  // Seen to fail with the quota codes taken out: the empty account is then retried as a rate.
  it.each([
    [{ status: 429, code: 'insufficient_quota' }, 'llm.insufficient_quota'],
    [{ status: 429, type: 'insufficient_quota' }, 'llm.insufficient_quota'],
    [{ status: 400, code: 'billing_hard_limit_reached' }, 'llm.insufficient_quota'],
    [{ status: 400, code: 'context_length_exceeded' }, 'llm.context_too_long'],
    [{ status: 400 }, 'llm.invalid_request'],
    [{ status: 401, code: 'invalid_api_key' }, 'llm.invalid_request'],
    [{ status: 403 }, 'llm.invalid_request'],
    [{ status: 404, code: 'model_not_found' }, 'llm.invalid_request'],
    [{ status: 413 }, 'llm.invalid_request'],
    [{ status: 302 }, 'llm.invalid_request'],
  ])('does not let %j be tried again', (refusal, code) => {
    const error = explainRefusal(refusal);

    expect(error).toBeInstanceOf(PermanentError);
    expect(error).toMatchObject({ code });
  });

  it('passes on how long to wait', () => {
    expect(explainRefusal({ status: 429, retryAfterMs: 1500 })).toMatchObject({
      retryAfterMs: 1500,
    });
  });

  it('says what was wrong without the words of the provider', () => {
    const error = explainRefusal({
      status: 400,
      code: 'unsupported_parameter',
      type: 'invalid_request_error',
      parameter: 'temperature',
      requestId: 'req_9',
    });

    expect(error.message).toBe(
      'the model provider refused: 400 unsupported_parameter temperature req_9',
    );
    expect(error).toMatchObject({
      providerCode: 'unsupported_parameter',
      parameter: 'temperature',
    });
  });
});
