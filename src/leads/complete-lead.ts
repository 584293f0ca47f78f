import { z } from 'zod';
import { type Dimension, dimensions, type Grade, type LeadTag, levelOf } from './dimensions.ts';
import { forEachDimension, gradesOf, type LeadState, type Reasoning } from './lead-state.ts';
import { type Scoring, scoreOf } from './score.ts';

const HandSetGrade = z.literal([1, 2, 3]);

/** What a person may set of a lead, by field. */
export const HandSetValues = z.strictObject({
  name: z.string().max(255),
  email: z.string().max(255),
  phone: z.string().max(50),
  company: z.string().max(255),
  intent: z.string().max(2_000),
  notes: z.string().max(10_000),
  demoBookDatetime: z.string(),
  intentScore: HandSetGrade,
  urgencyScore: HandSetGrade,
  budgetScore: HandSetGrade,
  fitScore: HandSetGrade,
  engagementScore: HandSetGrade,
  leadStatusTag: z.enum(['Hot', 'Warm', 'Cold']),
});
export type HandSetValues = z.infer<typeof HandSetValues>;
export type HandSetField = keyof HandSetValues;

const SomeHandSetValues = HandSetValues.partial();

/** A person's words by field, each since when; no extraction changes them. */
export const SetByHand = z.partialRecord(
  HandSetValues.keyof(),
  z.object({ value: z.unknown(), setAt: z.string() }),
);
export type SetByHand = z.infer<typeof SetByHand>;

/** What customers did, as facts: links opened or buttons tapped, and whether people were given the conversation. */
export type LeadFacts = {
  pricing: boolean;
  demo: boolean;
  followup: boolean;
  sample: boolean;
  website: boolean;
  escalated: boolean;
};

/** What is known of a lead's meetings: the time of the one that counts, and all times that were booked, as ISO 8601. */
export type BookedTimes = { meetingTime: string | null; everBooked: string[] };

/** A lead as people see it: what was understood, people's words laid over it, facts, and the arithmetic. */
export type CompleteLead = LeadState & {
  facts: LeadFacts;
  totalScore: number;
  scorePercent: number;
  leadStatusTag: LeadTag;
  smartNotification: string;
};

/** Lays people's words over what was understood, and counts. Pure; the same input gives the same lead. */
export function completeLead(given: {
  understood: LeadState;
  setByHand: SetByHand;
  facts: LeadFacts;
  scoring: Scoring;
  booked?: BookedTimes;
}): CompleteLead {
  const hand = valuesOf(given.setByHand);
  const { understood } = given;
  const reasoning = forEachDimension((dimension) => {
    const grade = hand[scoreFields[dimension]];
    if (grade === undefined) return understood.reasoning[dimension];
    return {
      ...understood.reasoning[dimension],
      score: grade,
      level: levelOf(dimension, grade),
      setByHand: true as const,
    };
  });
  const score = scoreOf(gradesOf(reasoning), given.scoring);
  const lead = {
    name: wordOr(hand.name, understood.name),
    email: wordOr(hand.email, understood.email),
    phone: wordOr(hand.phone, understood.phone),
    company: wordOr(hand.company, understood.company),
    intent: wordOr(hand.intent, understood.intent),
    demoBookDatetime: demoTimeOf(given),
    notes: wordOr(hand.notes, understood.notes),
    reasoning,
    brief: { ...understood.brief, wants: wordOr(hand.intent, understood.brief.wants) },
    facts: given.facts,
    totalScore: score.total,
    scorePercent: score.percent,
    leadStatusTag: hand.leadStatusTag ?? score.tag,
  };
  return { ...lead, smartNotification: inShort(lead) };
}

/**
 * When the demo is: by a person's word, else by the meeting that is booked, else as the customer's words were understood.
 * Words that were about a booking which is off do not count.
 */
export function demoTimeOf(given: {
  understood: Pick<LeadState, 'demoBookDatetime'>;
  setByHand: SetByHand;
  booked?: BookedTimes;
}): string | null {
  const word = valuesOf(given.setByHand).demoBookDatetime ?? given.booked?.meetingTime ?? null;
  if (word !== null) return word;
  const { demoBookDatetime: said } = given.understood;
  if (said === null) return null;
  const saidMs = Date.parse(said);
  return given.booked?.everBooked.some((time) => Date.parse(time) === saidMs) ? null : said;
}

/** An empty word of a person says that there is none, whatever was understood. */
function wordOr(word: string | undefined, understood: string | null): string | null {
  if (word === undefined) return understood;
  return word === '' ? null : word;
}

/** The column of a dimension's score. */
export const scoreFields = {
  intent: 'intentScore',
  urgency: 'urgencyScore',
  budget: 'budgetScore',
  fit: 'fitScore',
  engagement: 'engagementScore',
} as const satisfies Record<Dimension, HandSetField>;

/** What a person set, each value parsed; one that does not parse any more counts as not set. */
export function valuesOf(setByHand: SetByHand): z.infer<typeof SomeHandSetValues> {
  const values = Object.fromEntries(
    Object.entries(setByHand).map(([field, entry]) => [field, entry?.value]),
  );
  const read = SomeHandSetValues.safeParse(values);
  return read.success ? read.data : {};
}

function inShort(lead: Omit<CompleteLead, 'smartNotification'>): string {
  const who = [lead.name, lead.company].filter((one) => one !== null).join(', ') || 'A customer';
  const lines = [
    `${lead.leadStatusTag} lead (${lead.totalScore} of 15): ${who}`,
    ...(lead.brief.wants === null ? [] : [`Wants: ${lead.brief.wants}`]),
    ...lead.brief.whyNow.map(({ quote }) => `“${quote}”`),
    ...lead.brief.promised.map(({ text }) => `Promised: ${text}`),
  ];
  return lines.join('\n');
}

type Change = { from: unknown; to: unknown };
export type LeadChanges = Record<string, Change>;

/** What is other than before, by field: values, grades, tag, clicks. Empty when nothing is. */
export function changesBetween(before: CompleteLead | null, after: CompleteLead): LeadChanges {
  const from = before === null ? {} : comparable(before);
  return Object.fromEntries(
    Object.entries(comparable(after)).flatMap(([field, to]) => {
      const was = from[field] ?? null;
      return was === to ? [] : [[field, { from: was, to }]];
    }),
  );
}

function comparable(lead: CompleteLead): Record<string, unknown> {
  const { reasoning } = lead;
  const scores = dimensions.map((one) => [scoreFields[one], knownScore(reasoning, one)] as const);
  const clicks = Object.entries(lead.facts).filter(([, happened]) => happened);
  return {
    name: lead.name,
    email: lead.email,
    phone: lead.phone,
    company: lead.company,
    intent: lead.intent,
    demoBookDatetime: lead.demoBookDatetime,
    notes: lead.notes,
    ...Object.fromEntries(scores),
    totalScore: lead.totalScore,
    leadStatusTag: lead.leadStatusTag,
    ...Object.fromEntries(clicks.map(([name]) => [name, true])),
  };
}

/** Null for what nobody said anything about: from unknown to a grade is a change, also to a 1. */
function knownScore(reasoning: Reasoning, dimension: Dimension): Grade | null {
  const { level, score } = reasoning[dimension];
  return level === 'Unknown' ? null : score;
}
