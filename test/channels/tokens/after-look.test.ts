import { describe, expect, it } from '@jest/globals';
import type { TokenLook } from '../../../src/channels/channel.ts';
import { afterLook } from '../../../src/channels/tokens/after-look.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const error = { code: 2, text: 'try again' };
const renewed: TokenLook = { token: 'renewed', accessToken: 'IGA', livesForMs: 60 * day };
const good: TokenLook = { token: 'good' };
const refused: TokenLook = { token: 'refused', error: { code: 190, text: 'revoked' } };
const unknown: TokenLook = { token: 'unknown', error };

function decide(look: TokenLook, livesForMs: number | null, attempts: number, chance = 0.5) {
  return afterLook(look, { livesForMs, attempts }, () => chance);
}

describe('afterLook', () => {
  it.each([0, 0.5, 1])('comes back to a good token in a day and a little', (chance) => {
    for (const look of [renewed, good]) {
      const { lookInMs, attempts, tell } = decide(look, 50 * day, 3, chance);
      expect(lookInMs).toBeGreaterThanOrEqual(day);
      expect(lookInMs).toBeLessThanOrEqual(day + 60 * minute);
      expect([attempts, tell]).toEqual([0, 'nothing']);
    }
  });

  it('tells of a token that is good, ends within a week and is not renewed', () => {
    expect(decide(good, 6 * day, 0).tell).toBe('at_risk');
    expect(decide(good, 8 * day, 0).tell).toBe('nothing');
    expect(decide(good, null, 0).tell).toBe('nothing');
  });

  it('believes a refusal when it is said again a minute later, and then looks no more', () => {
    expect(decide(refused, null, 0)).toEqual({ lookInMs: minute, attempts: 1, tell: 'nothing' });
    expect(decide(refused, null, 1)).toEqual({ lookInMs: null, attempts: 2, tell: 'refused' });
  });

  it('waits longer each time that it learns nothing, and six hours at most', () => {
    const waits = Array.from({ length: 20 }, (_, attempts) => decide(unknown, null, attempts, 1));

    expect(waits.slice(0, 4).map(({ lookInMs }) => lookInMs)).toEqual(
      [1, 2, 4, 8].map((minutes) => minutes * minute),
    );
    expect(waits.at(-1)?.lookInMs).toBe(6 * 60 * minute);
  });

  it('speaks of what does not pass: soon when the token is near its end, after more than a day otherwise', () => {
    const firstTold = (livesForMs: number | null) =>
      Array.from({ length: 40 }, (_, attempts) => attempts + 1).find(
        (attempts) => decide(unknown, livesForMs, attempts - 1).tell === 'at_risk',
      );

    expect([firstTold(5 * day), firstTold(30 * day), firstTold(null)]).toEqual([3, 14, 14]);
    const waited = Array.from(
      { length: 13 },
      (_, attempts) => decide(unknown, null, attempts, 0).lookInMs ?? 0,
    ).reduce((sum, wait) => sum + wait, 0);
    expect(waited).toBeGreaterThan(day / 2);
  });
});
