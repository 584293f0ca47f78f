import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Grade } from '../../src/leads/dimensions.ts';
import { scoreOf } from '../../src/leads/score.ts';

const equal = { intent: 1, urgency: 1, budget: 1, fit: 1, engagement: 1 };
const thresholds = { hotFrom: 12, warmFrom: 8 };
const grades = (...all: [Grade, Grade, Grade, Grade, Grade]) => {
  const [intent, urgency, budget, fit, engagement] = all;
  return { intent, urgency, budget, fit, engagement };
};

describe('scoreOf', () => {
  it.each([
    [grades(1, 1, 1, 1, 1), { total: 5, percent: 0, tag: 'Cold' }],
    [grades(2, 1, 1, 1, 2), { total: 7, percent: 20, tag: 'Cold' }],
    [grades(2, 2, 1, 1, 2), { total: 8, percent: 30, tag: 'Warm' }],
    [grades(3, 2, 2, 2, 2), { total: 11, percent: 60, tag: 'Warm' }],
    [grades(3, 3, 2, 2, 2), { total: 12, percent: 70, tag: 'Hot' }],
    [grades(3, 3, 3, 3, 3), { total: 15, percent: 100, tag: 'Hot' }],
  ] as const)('counts %j', (given, score) => {
    expect(scoreOf(given, { weights: equal, thresholds })).toEqual(score);
  });

  it('lets a tenant weigh one dimension more', () => {
    const weights = { ...equal, intent: 6 };

    expect(scoreOf(grades(3, 1, 1, 1, 1), { weights, thresholds })).toEqual({
      total: 11,
      percent: 60,
      tag: 'Warm',
    });
  });

  it('goes by the thresholds of the tenant', () => {
    const own = { hotFrom: 8, warmFrom: 6 };

    expect(scoreOf(grades(2, 2, 1, 1, 2), { weights: equal, thresholds: own }).tag).toBe('Hot');
  });

  it('rounds a half up, whatever the fractions of its weights add up to', () => {
    const weights = { intent: 0.1, urgency: 0.1, budget: 0.1, fit: 0.1, engagement: 0.6 };

    // (0.1*(3+3+3+3) + 0.6*2) / 1.0 = 2.4 -> 12
    expect(scoreOf(grades(3, 3, 3, 3, 2), { weights, thresholds }).total).toBe(12);
  });

  it('stays within its bounds and rises with each grade', () => {
    const grade = fc.constantFrom<Grade>(1, 2, 3);
    const weight = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(
        fc.tuple(grade, grade, grade, grade, grade),
        fc.tuple(weight, weight, weight, weight, weight),
        (all, [intent, urgency, budget, fit, engagement]) => {
          const weights = { intent, urgency, budget, fit, engagement };
          const score = scoreOf(grades(...all), { weights, thresholds });
          const better = scoreOf({ ...grades(...all), intent: 3 }, { weights, thresholds });
          expect(score.total).toBeGreaterThanOrEqual(5);
          expect(score.total).toBeLessThanOrEqual(15);
          expect(score.percent).toBeGreaterThanOrEqual(0);
          expect(score.percent).toBeLessThanOrEqual(100);
          expect(better.total).toBeGreaterThanOrEqual(score.total);
        },
      ),
    );
  });
});
