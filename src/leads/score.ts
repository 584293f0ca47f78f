import { type Dimension, dimensions, type Grade, type LeadTag } from './dimensions.ts';

/** How a tenant weighs the dimensions, and from which total on a lead is Hot or Warm. */
export type Scoring = {
  weights: Record<Dimension, number>;
  thresholds: { hotFrom: number; warmFrom: number };
};

/** `total` 5–15 and `percent` 0–100, both of the weighted mean of the grades. */
export type Score = { total: number; percent: number; tag: LeadTag };

/**
 * The arithmetic of a lead: the model grades, this counts. With equal weights the total is the sum of the
 * five grades. The tag goes by the total that people see, so that a shown 12 is never Warm by a fraction.
 */
export function scoreOf(grades: Record<Dimension, Grade>, scoring: Scoring): Score {
  const { weights, thresholds } = scoring;
  const weight = dimensions.reduce((sum, one) => sum + weights[one], 0);
  const mean = dimensions.reduce((sum, one) => sum + weights[one] * grades[one], 0) / weight;
  // Sums of fractions miss the half by a hair: 11.499999999999998 is 11.5.
  const total = Math.round(Number((mean * dimensions.length).toFixed(9)));
  const percent = Math.round(Number((((mean - 1) / 2) * 100).toFixed(9)));
  return { total, percent, tag: tagOf(total, thresholds) };
}

/** Hot, Warm or Cold by the tenant's thresholds. */
export function tagOf(total: number, thresholds: Scoring['thresholds']): LeadTag {
  if (total >= thresholds.hotFrom) return 'Hot';
  return total >= thresholds.warmFrom ? 'Warm' : 'Cold';
}
