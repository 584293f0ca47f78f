/** What a lead is graded by, each 1 to 3. */
export const dimensions = ['intent', 'urgency', 'budget', 'fit', 'engagement'] as const;
export type Dimension = (typeof dimensions)[number];

export type Grade = 1 | 2 | 3;
export type LeadTag = 'Hot' | 'Warm' | 'Cold';

const lowToHigh = ['Low', 'Medium', 'High'] as const;
/** For `budget_constraint`: whether money stands in the way. The better the lead, the less it does. */
const constraint = ['Yes', 'Maybe', 'No'] as const;

export type Level = (typeof lowToHigh)[number] | (typeof constraint)[number];

/** A grade in words: Low, Medium or High; for budget Yes, Maybe or No (does money stand in the way?). */
export function levelOf(dimension: Dimension, grade: Grade): Level {
  return (dimension === 'budget' ? constraint : lowToHigh)[grade - 1] ?? 'Low';
}
