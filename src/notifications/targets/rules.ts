import { z } from 'zod';
import { Id, Name } from '../../lib/http/fields.ts';
import { cutText } from '../../lib/safe-text.ts';
import type { LeadEventKind } from '../lead-events.ts';
import { wordsIn } from './keyword-match.ts';

const narrowed = {
  agentIds: z.array(Id).min(1).max(100).optional().meta({ description: 'Of these agents only' }),
  platforms: z
    .array(z.enum(['whatsapp', 'instagram', 'webchat', 'voice']))
    .min(1)
    .max(4)
    .optional()
    .meta({ description: 'On these platforms only' }),
};
const Purpose = z.enum(['pricing', 'demo', 'followup', 'sample', 'website']);
const FieldName = z.string().regex(/^[A-Za-z]{1,50}$/, 'is no field of a lead');

/** What a target wants to hear of. */
export const Rule = z.discriminatedUnion('on', [
  z.strictObject({
    on: z.literal('tag').meta({ description: 'A lead turns one of these' }),
    tags: z
      .array(z.enum(['Hot', 'Warm', 'Cold']))
      .min(1)
      .max(3),
    ...narrowed,
  }),
  z.strictObject({
    on: z.literal('change').meta({ description: 'Something known of a lead is other than before' }),
    fields: z.array(FieldName).min(1).max(50).optional(),
    ...narrowed,
  }),
  z.strictObject({
    on: z.literal('keyword').meta({
      description: 'The customer writes one of these words, whatever their case and accents',
    }),
    words: z.array(Name(100)).min(1).max(100),
    ...narrowed,
  }),
  z.strictObject({ on: z.literal('booking'), ...narrowed }),
  z.strictObject({
    on: z.literal('handover').meta({ description: 'The AI gives a conversation to people' }),
    ...narrowed,
  }),
  z.strictObject({
    on: z.literal('failure').meta({ description: 'A customer could not be answered' }),
    reasons: z
      .array(z.string().regex(/^[a-z_]{1,50}$/, 'is no reason of a failure'))
      .min(1)
      .max(20)
      .optional(),
    ...narrowed,
  }),
  z.strictObject({
    on: z.literal('click').meta({ description: 'The customer opens a tracked link' }),
    purposes: z.array(Purpose).min(1).max(5).optional(),
    ...narrowed,
  }),
]);

export type Rule = z.infer<typeof Rule>;

/**
 * What a target hears of that says nothing else: the moments at which a sales person has to do something.
 * A lead turned Hot, a customer waits for a person, a meeting stands, a customer got no answer. What concerns
 * the whole business (no credits, a refused account) is a notice and not a message for each of its customers.
 */
export const defaultRules: Rule[] = [
  { on: 'tag', tags: ['Hot'] },
  { on: 'handover' },
  { on: 'booking' },
  {
    on: 'failure',
    reasons: [
      'model_failed',
      'turn_failed_repeatedly',
      'promise_not_kept',
      'reply_window_closed',
      'send_failed',
    ],
  },
];

/** Something that happened to a lead, as the rules see it. */
export type RuleEvent = {
  kind: LeadEventKind;
  details: Record<string, unknown>;
  agentId: string;
  platform: string;
};

/** Whether a target with this rule is told of the event. */
export function matches(rule: Rule, event: RuleEvent): boolean {
  if (rule.on !== event.kind) return false;
  if (rule.agentIds !== undefined && !rule.agentIds.includes(event.agentId)) return false;
  if (rule.platforms !== undefined && !rule.platforms.some((one) => one === event.platform)) {
    return false;
  }
  switch (rule.on) {
    case 'tag':
      return rule.tags.some((tag) => tag === event.details['to']);
    case 'change': {
      const changed = changedFields(event.details);
      return rule.fields === undefined
        ? changed.length > 0
        : rule.fields.some((field) => changed.includes(field));
    }
    case 'keyword':
      return matchedWords([rule], event).length > 0;
    case 'failure':
      return rule.reasons?.some((one) => one === event.details['reason']) ?? true;
    case 'click':
      return rule.purposes?.some((one) => one === event.details['purpose']) ?? true;
    default:
      return true;
  }
}

/** The words of these rules that the customer wrote, as the rules spell them. */
export function matchedWords(rules: Rule[], event: Pick<RuleEvent, 'details'>): string[] {
  const texts = TextDetails.parse(event.details).texts;
  const words = rules.flatMap((rule) => (rule.on === 'keyword' ? rule.words : []));
  const found = new Set(texts.flatMap((text) => wordsIn(cutText(text, maxSearched), words)));
  return [...found];
}

/** The names of what changed, by an event's details. */
export function changedFields(details: Record<string, unknown>): string[] {
  return Object.keys(ChangeDetails.parse(details).changes);
}

/** A message longer than this is noise or a document; its beginning says enough. */
const maxSearched = 20_000;

// What is stored with an event is lenient to read: what cannot be read matches nothing.
const TextDetails = z.object({ texts: z.array(z.string()).catch([]) });
const ChangeDetails = z.object({ changes: z.record(z.string(), z.unknown()).catch({}) });
