import { z } from 'zod';
import { type Dimension, dimensions, type Grade, levelOf } from './dimensions.ts';

/** Words of the customer that a grade rests on: literal, in a message of this conversation. */
export const Evidence = z.object({ messageId: z.string(), quote: z.string() });
export type Evidence = z.infer<typeof Evidence>;

/** A dimension as it is shown: a grade without evidence is unknown and counts 1. */
export const DimensionReasoning = z.object({
  score: z.literal([1, 2, 3]),
  level: z.enum(['Low', 'Medium', 'High', 'Yes', 'Maybe', 'No', 'Unknown']),
  evidence: z.array(Evidence),
  missing: z.string().nullable(),
  /** When a person graded. */
  setByHand: z.literal(true).optional(),
});
export type DimensionReasoning = z.infer<typeof DimensionReasoning>;

/** The five dimensions, each with what its grade rests on. */
export const Reasoning = z.object({
  intent: DimensionReasoning,
  urgency: DimensionReasoning,
  budget: DimensionReasoning,
  fit: DimensionReasoning,
  engagement: DimensionReasoning,
});
export type Reasoning = z.infer<typeof Reasoning>;

/** What a person with ten seconds reads: in the customer's own words, newest first. */
export const Brief = z.object({
  wants: z.string().nullable(),
  whyNow: z.array(Evidence),
  promised: z.array(z.object({ messageId: z.string(), text: z.string() })),
});
export type Brief = z.infer<typeof Brief>;

/** What was understood of a lead, before people's words and facts are laid over it. */
export const LeadState = z.object({
  name: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  company: z.string().nullable(),
  intent: z.string().nullable(),
  /** ISO 8601 in UTC. */
  demoBookDatetime: z.string().nullable(),
  notes: z.string().nullable(),
  reasoning: Reasoning,
  brief: Brief,
});
export type LeadState = z.infer<typeof LeadState>;

/** A dimension nobody has said anything about. */
export function unknownDimension(missing: string | null): DimensionReasoning {
  return { score: 1, level: 'Unknown', evidence: [], missing };
}

/** A dimension with its grade and what it rests on. */
export function gradedDimension(
  dimension: Dimension,
  grade: Grade,
  rest: { evidence: Evidence[]; missing: string | null },
): DimensionReasoning {
  return { score: grade, level: levelOf(dimension, grade), ...rest };
}

/** Something for each dimension. */
export function forEachDimension<Value>(
  make: (dimension: Dimension) => Value,
): Record<Dimension, Value> {
  const [intent, urgency, budget, fit, engagement] = dimensions;
  return {
    intent: make(intent),
    urgency: make(urgency),
    budget: make(budget),
    fit: make(fit),
    engagement: make(engagement),
  };
}

/** The grades alone. */
export function gradesOf(reasoning: Reasoning): Record<Dimension, Grade> {
  return forEachDimension((dimension) => reasoning[dimension].score);
}
