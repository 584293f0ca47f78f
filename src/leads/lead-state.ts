import { type Dimension, dimensions, type Grade, type Level, levelOf } from './dimensions.ts';

/** Words of the customer that a grade rests on: literal, in a message of this conversation. */
export type Evidence = { messageId: string; quote: string };

/** A dimension as it is shown: a grade without evidence is unknown and counts 1. */
export type DimensionReasoning = {
  score: Grade;
  level: Level | 'Unknown';
  evidence: Evidence[];
  missing: string | null;
  /** Who graded, if a person did. */
  setByHand?: true;
};

export type Reasoning = Record<Dimension, DimensionReasoning>;

/** What a person with ten seconds reads: in the customer's own words, newest first. */
export type Brief = {
  wants: string | null;
  whyNow: Evidence[];
  promised: { messageId: string; text: string }[];
};

/** What was understood of a lead, before people's words and facts are laid over it. */
export type LeadState = {
  name: string | null;
  email: string | null;
  phone: string | null;
  company: string | null;
  intent: string | null;
  /** ISO 8601 in UTC. */
  demoBookDatetime: string | null;
  notes: string | null;
  reasoning: Reasoning;
  brief: Brief;
};

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
