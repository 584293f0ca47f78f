import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SendOutcome } from '../../src/channels/channel.ts';
import { afterSend } from '../../src/delivery/after-send.ts';

type Facts = Parameters<typeof afterSend>[1];

const error = { code: 131_026, text: 'Message undeliverable' };

function outcomeOf(outcome: SendOutcome, given: Partial<Facts> = {}, random = 0) {
  const facts = { attempts: 1, settleMs: 60_000, hasTemplate: false, wasTemplate: false, ...given };
  return afterSend(outcome, facts, () => random);
}

const waitOf = (outcome: SendOutcome, attempts: number, random = 0): number => {
  const { record } = outcomeOf(outcome, { attempts }, random);
  return record.result === 'again' ? record.inMs : -1;
};

describe('afterSend', () => {
  it('keeps the provider’s id of what was accepted', () => {
    expect(outcomeOf({ outcome: 'accepted', providerMessageId: 'wamid.1' })).toEqual({
      record: { result: 'accepted', platformMessageId: 'wamid.1' },
      consequence: 'none',
    });
  });

  it('ends a refusal at once, with its code and text', () => {
    const refused: SendOutcome = {
      outcome: 'refused',
      scope: 'message',
      error: { ...error, details: 'No such number' },
    };

    expect(outcomeOf(refused)).toEqual({
      record: {
        result: 'failed',
        errorCode: 131_026,
        errorText: 'Message undeliverable: No such number',
      },
      consequence: 'none',
    });
  });

  it('says nothing twice when the details are the text', () => {
    const { record } = outcomeOf({ outcome: 'unknown', error: { ...error, details: error.text } });

    expect(record).toMatchObject({ errorText: error.text });
  });

  it('tells an account that is refused as a whole from a message that is', () => {
    expect(outcomeOf({ outcome: 'refused', scope: 'account', error })).toMatchObject({
      record: { result: 'failed' },
      consequence: 'account_needs_attention',
    });
  });

  it('sends the template in place of a text that came too late, and fails when that came too late as well', () => {
    const tooLate: SendOutcome = { outcome: 'refused', scope: 'reply_window', error };

    expect(outcomeOf(tooLate, { hasTemplate: true })).toMatchObject({
      record: { result: 'again', inMs: 0 },
      consequence: 'reply_window_closed',
    });
    expect(outcomeOf(tooLate, { hasTemplate: true, wasTemplate: true }).record.result).toBe(
      'failed',
    );
    expect(outcomeOf(tooLate).record.result).toBe('failed');
  });

  it('waits for the status of an unknown outcome before it sends again, three times', () => {
    const unknown: SendOutcome = { outcome: 'unknown', error };

    expect([1, 2, 3, 4].map((attempts) => waitOf(unknown, attempts))).toEqual([
      60_000, 60_000, 60_000, -1,
    ]);
  });

  it('waits longer before each further try of what may pass, and gives up after eight', () => {
    const retry: SendOutcome = { outcome: 'retry', error: { code: 130_429, text: 'Rate limit' } };

    expect([1, 2, 3, 7, 8].map((attempts) => waitOf(retry, attempts))).toEqual([
      500, 1_000, 2_000, 32_000, -1,
    ]);
    expect([1, 2, 3].map((attempts) => waitOf(retry, attempts, 1))).toEqual([1_000, 2_000, 4_000]);
  });

  it('gives one customer 4, 16, 64 … seconds of rest after too many messages', () => {
    const pair: SendOutcome = { outcome: 'retry', error: { code: 131_056, text: 'Pair rate' } };

    expect([1, 2, 3, 4, 5].map((attempts) => waitOf(pair, attempts))).toEqual([
      4_000, 16_000, 64_000, 256_000, 300_000,
    ]);
  });

  it('never tries sooner than the provider asks', () => {
    const asked: SendOutcome = { outcome: 'retry', error, retryAfterMs: 77_000 };

    expect(waitOf(asked, 1)).toBe(77_000);
  });

  it('ends in so many attempts, whatever is answered and whatever chance says', () => {
    const failing = fc.constantFrom<SendOutcome>(
      { outcome: 'unknown', error },
      { outcome: 'retry', error },
      { outcome: 'retry', error, retryAfterMs: 5 },
      { outcome: 'retry', error: { code: 131_056, text: 'Pair rate' } },
    );
    fc.assert(
      fc.property(
        failing,
        fc.nat({ max: 50 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (outcome, attempts, chance) => {
          const { record } = outcomeOf(outcome, { attempts }, chance);
          expect(record.result).toBe(
            attempts >= (outcome.outcome === 'unknown' ? 4 : 8) ? 'failed' : 'again',
          );
          if (record.result === 'again') {
            expect(record.inMs).toBeGreaterThan(0);
            expect(record.inMs).toBeLessThanOrEqual(300_000);
          }
        },
      ),
    );
  });
});
