import { type Dimension, dimensions, type Grade } from '../../src/leads/dimensions.ts';
import {
  aliasOf,
  type LeadMessage,
  type Speaker,
} from '../../src/leads/extraction/lead-message.ts';
import type { Reading } from '../../src/leads/extraction/reading.ts';

type Quote = { message: string; quote: string };

/** A reading of nothing, with what a test gives laid over it: a grade and its quotes for each dimension. */
export function readingOf(
  given: Partial<Record<Dimension, [Grade, ...Quote[]]>>,
  more: Partial<Omit<Reading, 'dimensions'>> = {},
): Reading {
  const graded = (dimension: Dimension) => {
    const [grade, ...evidence] = given[dimension] ?? [1];
    return { grade, evidence, missing: null };
  };
  const [intent, urgency, budget, fit, engagement] = dimensions;
  return {
    name: null,
    company: null,
    emails: [],
    phones: [],
    intent: null,
    dimensions: {
      intent: graded(intent),
      urgency: graded(urgency),
      budget: graded(budget),
      fit: graded(fit),
      engagement: graded(engagement),
    },
    promised: [],
    demoAt: null,
    notes: null,
    ...more,
  };
}

/** Messages m1, m2, … of a conversation. */
export function conversationOf(...said: [Speaker, string][]): LeadMessage[] {
  return said.map(([from, text], index) => ({
    alias: aliasOf(index + 1),
    messageId: `msg_${index + 1}`,
    sequenceNo: index + 1,
    from,
    at: new Date(Date.UTC(2026, 10, 21, 9, index)),
    text,
  }));
}
