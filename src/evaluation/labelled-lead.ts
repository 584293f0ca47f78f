import { z } from 'zod';
import { dimensions, type Grade } from '../leads/dimensions.ts';
import { defaultLeadSettings } from '../leads/lead-settings.ts';
import { forEachDimension } from '../leads/lead-state.ts';
import { scoreOf } from '../leads/score.ts';

const GradeLabel = z.literal([1, 2, 3]);
const Words = z.string().trim().min(1);
/** What counts as right: one spelling, any of several, or nothing. */
const Expected = z
  .union([Words, z.array(Words).min(2)], 'must be text, two spellings or more, or null')
  .nullable();

/** In UTF-16 units. */
const longestNoise = 1_000_000;
const Noise = z
  .strictObject({
    before: z.string().default(''),
    repeat: z.string().min(1),
    times: z.number().int().min(1),
    after: z.string().default(''),
  })
  .refine(({ repeat, times }) => repeat.length * times <= longestNoise)
  .transform(({ before, repeat, times, after }) => before + repeat.repeat(times) + after);

const Message = z.strictObject({
  from: z.enum(['customer', 'business', 'system']),
  at: z.iso.datetime({ offset: true }),
  /** Words, or a note that makes noise of a few: `{before, repeat, times, after}`. */
  text: z.union(
    [z.string().min(1), Noise],
    'must be text, or {before, repeat, times, after} that makes at most 1 MB',
  ),
});

const Evidence = z.strictObject({ message: z.number().int().min(1), quote: Words });
const Graded = z.strictObject({ grade: GradeLabel, evidence: z.array(Evidence).min(1) });

/** What was understood before, of the messages up to `through`, counted from 1. */
const Last = z.strictObject({
  through: z.number().int().min(1),
  name: Words.nullable(),
  company: Words.nullable(),
  email: Words.nullable(),
  phone: Words.nullable(),
  intent: Words.nullable(),
  dimensions: z.partialRecord(z.enum(dimensions), Graded),
});

const Dimension = z.strictObject({ grade: GradeLabel });
const Label = z.strictObject({
  name: Expected,
  company: Expected,
  email: Words.nullable(),
  phone: Words.nullable(),
  dimensions: z.strictObject({
    intent: Dimension,
    urgency: Dimension,
    budget: Dimension,
    fit: Dimension,
    engagement: Dimension,
  }),
  tag: z.enum(['Hot', 'Warm', 'Cold']),
  /** Why it is labelled so. */
  notes: Words,
});

/** A conversation with what a careful person reads out of it: one line of an evaluation file. */
export const LabelledLead = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]+$/, 'has lower-case letters, digits and dashes only'),
    /** ISO 639-1; the one that the customer writes most. */
    language: z.string().regex(/^[a-z]{2}$/, 'is two lower-case letters'),
    business: z.strictObject({ name: Words, instructions: Words, idealCustomer: z.string() }),
    profile: z.strictObject({ name: Words.nullable(), phone: Words.nullable() }),
    messages: z.array(Message).min(1),
    last: Last.optional(),
    label: Label,
  })
  .superRefine((lead, check) => {
    const fault = (path: string[], message: string) =>
      check.addIssue({ code: 'custom', path, message });
    const { tag, total } = scoreOf(gradesOfLabel(lead.label), defaultLeadSettings);
    if (lead.label.tag !== tag) fault(['label', 'tag'], `must be ${tag}: the grades make ${total}`);
    const times = lead.messages.map(({ at }) => Date.parse(at));
    if (times.some((time, index) => time < (times[index - 1] ?? 0))) {
      fault(['messages'], 'must stand in the order of their times');
    }
    for (const message of lastFaults(lead)) fault(['last'], message);
  });
export type LabelledLead = z.infer<typeof LabelledLead>;

/** The grades of a label. */
export function gradesOfLabel(label: LabelledLead['label']) {
  return forEachDimension((dimension): Grade => label.dimensions[dimension].grade);
}

function lastFaults({
  last,
  messages,
}: {
  last?: z.infer<typeof Last> | undefined;
  messages: z.infer<typeof Message>[];
}): string[] {
  if (last === undefined) return [];
  const evidence = Object.values(last.dimensions).flatMap((graded) => graded?.evidence ?? []);
  const loose = evidence.filter(
    ({ message, quote }) => message > last.through || !messages[message - 1]?.text.includes(quote),
  );
  return [
    ...(last.through > messages.length ? ['through must be one of the messages'] : []),
    ...loose.map(({ message, quote }) => `message ${message} does not say "${quote}"`),
  ];
}
