import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { classifyGraphError, refusalOf } from '../../../src/channels/whatsapp/errors.ts';

const graph = (httpStatus: number, code: number, more: Record<string, unknown> = {}) => ({
  httpStatus,
  body: { error: { message: 'm', type: 'OAuthException', code, fbtrace_id: 'f', ...more } },
});

describe('classifyGraphError', () => {
  it.each([1, 2, 4, 80007, 130429, 131000, 131016, 131048, 131056, 131057, 131064, 133004])(
    'retries code %i, with whatever HTTP status it comes',
    (code) => {
      for (const httpStatus of [400, 403, 429, 500, 503]) {
        expect(classifyGraphError(graph(httpStatus, code)).outcome).toBe('retry');
      }
    },
  );

  it.each([
    0, 3, 10, 190, 200, 210, 299, 368, 130497, 131005, 131031, 131037, 131042, 131045, 133010,
  ])('stops the account for code %i', (code) => {
    expect(classifyGraphError(graph(400, code))).toMatchObject({
      outcome: 'refused',
      scope: 'account',
    });
  });

  it.each([
    33, 100, 130472, 131008, 131009, 131021, 131026, 131049, 131050, 131051, 131052, 131053, 131062,
    132000, 132001, 132005, 132007, 132012, 132015, 132016,
  ])('stops this message for code %i', (code) => {
    expect(classifyGraphError(graph(400, code))).toMatchObject({
      outcome: 'refused',
      scope: 'message',
    });
  });

  it('says that the reply window is closed for 131047', () => {
    expect(
      classifyGraphError(graph(400, 131047, { error_data: { details: 'More than 24 hours' } })),
    ).toEqual({
      outcome: 'refused',
      scope: 'reply_window',
      error: { code: 131047, text: 'm', details: 'More than 24 hours' },
    });
  });

  it('gives the pair rate limit a first wait of 4 s', () => {
    expect(classifyGraphError(graph(400, 131056))).toMatchObject({
      outcome: 'retry',
      retryAfterMs: 4000,
    });
  });

  it('prefers the wait that the answer names', () => {
    expect(classifyGraphError({ ...graph(400, 131056), retryAfterMs: 90_000 })).toMatchObject({
      retryAfterMs: 90_000,
    });
  });

  it('retries a code that it does not know when Graph calls it transient', () => {
    expect(classifyGraphError(graph(500, 999999, { is_transient: true })).outcome).toBe('retry');
  });

  it.each([500, 502, 503, 504])(
    'does not know whether HTTP %i without a known code was sent',
    (httpStatus) => {
      expect(classifyGraphError(graph(httpStatus, 999999)).outcome).toBe('unknown');
      expect(classifyGraphError({ httpStatus, body: '<html>Bad gateway</html>' })).toEqual({
        outcome: 'unknown',
        error: { code: httpStatus, text: `HTTP ${httpStatus}` },
      });
    },
  );

  it.each([200, 204, 302])(
    'does not know whether HTTP %i without a message id was sent',
    (httpStatus) => {
      expect(classifyGraphError({ httpStatus, body: {} }).outcome).toBe('unknown');
    },
  );

  it('refuses this message for HTTP 4xx without a known code', () => {
    expect(classifyGraphError(graph(400, 999999))).toMatchObject({
      outcome: 'refused',
      scope: 'message',
    });
    expect(classifyGraphError({ httpStatus: 413, body: '' })).toMatchObject({
      outcome: 'refused',
      scope: 'message',
    });
  });

  it('blames the account for HTTP 401, and waits for HTTP 408 and 429', () => {
    expect(classifyGraphError({ httpStatus: 401, body: '' })).toMatchObject({ scope: 'account' });
    expect(classifyGraphError({ httpStatus: 408, body: '' }).outcome).toBe('retry');
    expect(classifyGraphError({ httpStatus: 429, body: '' }).outcome).toBe('retry');
  });

  it('classifies any body and status', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 100, max: 599 }), (body, httpStatus) => {
        expect(['retry', 'refused', 'unknown']).toContain(
          classifyGraphError({ httpStatus, body }).outcome,
        );
        expect(['retry', 'refused', 'unknown']).toContain(
          classifyGraphError({ httpStatus, body: { error: body } }).outcome,
        );
      }),
    );
  });
});

describe('refusalOf', () => {
  it('knows nothing of a code that no table has', () => {
    expect(refusalOf(999999)).toBeUndefined();
  });
});
