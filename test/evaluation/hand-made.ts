import type {
  EvaluatedLead,
  Grades,
  Outcome,
  QuoteCounts,
} from '../../src/evaluation/evaluated-lead.ts';
import { LabelledLead } from '../../src/evaluation/labelled-lead.ts';
import type { Grade, LeadTag } from '../../src/leads/dimensions.ts';

type Five = [Grade, Grade, Grade, Grade, Grade];

/** The five grades in the order of the dimensions. */
export function gradesFrom([intent, urgency, budget, fit, engagement]: Five): Grades {
  return { intent, urgency, budget, fit, engagement };
}

const tagFor = (five: Five): LeadTag => {
  const total = five.reduce((sum: number, grade) => sum + grade, 0);
  if (total >= 12) return 'Hot';
  return total >= 8 ? 'Warm' : 'Cold';
};

/** A line of an evaluation file as an object, valid unless `changes` spoil it. */
export function lineWith(changes: Record<string, unknown> = {}, five: Five = [1, 1, 1, 1, 1]) {
  const { intent, urgency, budget, fit, engagement } = gradesFrom(five);
  return {
    id: 'one',
    language: 'en',
    business: { name: 'Bikes', instructions: 'Sells bicycles.', idealCustomer: '' },
    profile: { name: 'Ana', phone: '+15550001111' },
    messages: [{ from: 'customer', at: '2026-11-01T10:00:00Z', text: 'Hello' }],
    label: {
      name: 'Ana',
      company: null,
      email: null,
      phone: '+15550001111',
      dimensions: {
        intent: { grade: intent },
        urgency: { grade: urgency },
        budget: { grade: budget },
        fit: { grade: fit },
        engagement: { grade: engagement },
      },
      tag: tagFor(five),
      notes: 'Says nothing.',
    },
    ...changes,
  };
}

/** The same, parsed. */
export function leadWith(changes: Record<string, unknown> = {}, five?: Five): LabelledLead {
  return LabelledLead.parse(lineWith(changes, five));
}

const noQuotes: QuoteCounts = { named: 0, literal: 0, nearlyLiteral: 0, kept: 0, dropped: {} };

type ReadOutcome = Extract<Outcome, { kind: 'read' }>;

/** What extraction made of a conversation, in which everything not mentioned is right. */
export function evaluatedAs(
  wanted: Five,
  got: Five,
  {
    id = 'one',
    language = 'en',
    ...changes
  }: Partial<ReadOutcome & { id: string; language: string }> = {},
): EvaluatedLead {
  const { label } = leadWith({}, wanted);
  const { name, company, email, phone } = {
    name: 'Ana',
    company: null,
    email: null,
    phone: label.phone,
  };
  return {
    id,
    language,
    label,
    outcome: {
      kind: 'read',
      tag: tagFor(got),
      grades: gradesFrom(got),
      modelGrades: gradesFrom(got),
      contact: { name, company, email, phone },
      quotes: noQuotes,
      usage: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 },
      tookMs: 0,
      ...changes,
    },
  };
}

/** A conversation that could not be read. */
export function unreadAs(wanted: Five, because: string): EvaluatedLead {
  const { id, language, label } = leadWith({}, wanted);
  const usage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };
  return { id, language, label, outcome: { kind: 'unread', because, usage, tookMs: 0 } };
}
