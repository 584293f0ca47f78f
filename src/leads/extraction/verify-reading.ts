import { type Dimension, dimensions } from '../dimensions.ts';
import {
  type Brief,
  type DimensionReasoning,
  type Evidence,
  forEachDimension,
  gradedDimension,
  type LeadState,
  type Reasoning,
  unknownDimension,
} from '../lead-state.ts';
import { type DroppedQuote, type EvidenceCheck, evidenceCheck } from './check-evidence.ts';
import { contactDetails } from './contact-details.ts';
import type { LeadMessage } from './lead-message.ts';
import type { Reading } from './reading.ts';

/** What of a reading holds, and what was dropped of its evidence. */
export type Verified = { state: LeadState; kept: number; dropped: DroppedQuote[] };

/** What a reading is held against. */
export type ReadingFacts = {
  /** Every message of the conversation that may be quoted, oldest first. */
  messages: LeadMessage[];
  last: LeadState | null;
  profile: { name: string | null; phone: string | null };
  now: Date;
};

const quotesPerDimension = 4;

/**
 * Keeps of a model's reading what the conversation bears out: quotes that stand in the customer's messages,
 * names and companies that the customer wrote, addresses found by code, promises that name a message of the
 * business. A dimension whose evidence is all dropped is unknown, unless earlier evidence still stands.
 */
export function verifyReading(reading: Reading, facts: ReadingFacts): Verified {
  const byAlias = new Map(facts.messages.map((message) => [message.alias, message]));
  const check = evidenceCheck(byAlias);
  const reasoning = forEachDimension((dimension) => dimensionOf(dimension, reading, check, facts));
  const { email, phone } = contactDetails({ ...facts, reading, profilePhone: facts.profile.phone });
  const customerText = textsOf(facts.messages, 'customer');
  const isClear = reasoning.intent.evidence.length > 0;
  const intent = isClear ? (oneLine(reading.intent, 300) ?? facts.last?.intent ?? null) : null;
  return {
    kept: check.kept(),
    dropped: check.dropped,
    state: {
      name: saidBy(customerText, reading.name) ?? facts.last?.name ?? facts.profile.name,
      company: saidBy(customerText, reading.company) ?? facts.last?.company ?? null,
      email: email ?? facts.last?.email ?? null,
      phone: phone ?? facts.last?.phone ?? null,
      intent,
      demoBookDatetime: demoTime(reading, byAlias, facts) ?? facts.last?.demoBookDatetime ?? null,
      notes: oneLine(reading.notes, 500),
      reasoning,
      brief: briefOf(reading, reasoning, intent, byAlias),
    },
  };
}

function dimensionOf(
  dimension: Dimension,
  reading: Reading,
  check: EvidenceCheck,
  facts: ReadingFacts,
): DimensionReasoning {
  const { grade } = reading.dimensions[dimension];
  const missing = oneLine(reading.dimensions[dimension].missing, 200);
  const evidence = check.of(dimension, reading).slice(0, quotesPerDimension);
  if (evidence.length > 0) return gradedDimension(dimension, grade, { evidence, missing });
  return stillStanding(dimension, facts) ?? unknownDimension(missing);
}

/** What an earlier reading rested on, as far as the customer has not taken it back since. */
function stillStanding(
  dimension: Dimension,
  { last, messages }: ReadingFacts,
): DimensionReasoning | undefined {
  const before = last?.reasoning[dimension];
  if (before === undefined || before.level === 'Unknown') return undefined;
  const texts = new Map(messages.map(({ messageId, text }) => [messageId, text]));
  const evidence = before.evidence.filter(({ messageId, quote }) =>
    texts.get(messageId)?.includes(quote),
  );
  return evidence.length === 0 ? undefined : { ...before, evidence };
}

function demoTime(
  { demoAt }: Reading,
  byAlias: Map<string, LeadMessage>,
  { now }: ReadingFacts,
): string | null {
  if (demoAt === null || !byAlias.has(demoAt.message.trim())) return null;
  const isWithOffset = /T.*(Z|[+-]\d\d:?\d\d)$/i.test(demoAt.time.trim());
  const time = isWithOffset ? Date.parse(demoAt.time) : Number.NaN;
  const isPlausible =
    time > now.getTime() - 30 * 86_400_000 && time < now.getTime() + 2 * 366 * 86_400_000;
  return isPlausible ? new Date(time).toISOString() : null;
}

function briefOf(
  reading: Reading,
  reasoning: Reasoning,
  intent: string | null,
  byAlias: Map<string, LeadMessage>,
): Brief {
  const promised = reading.promised.flatMap(({ message, text }) => {
    const from = byAlias.get(message.trim());
    const told = oneLine(text, 120);
    if (from?.from !== 'business' || told === null) return [];
    return [{ messageId: from.messageId, text: told }];
  });
  return { wants: intent, whyNow: strongest(reasoning, byAlias), promised: promised.slice(-3) };
}

/** The best words for a lead: of its highest grades, each message once, the newest first. */
function strongest(reasoning: Reasoning, byAlias: Map<string, LeadMessage>): Evidence[] {
  const order = new Map([...byAlias.values()].map((one) => [one.messageId, one.sequenceNo]));
  const all = dimensions
    .filter((dimension) => dimension !== 'engagement')
    .flatMap((dimension) =>
      reasoning[dimension].evidence.map((one) => ({ ...one, score: reasoning[dimension].score })),
    )
    .sort((a, b) => b.score - a.score || place(order, b) - place(order, a));
  const once = all.filter(
    (one, index) => all.findIndex(({ quote }) => quote === one.quote) === index,
  );
  return once
    .slice(0, 3)
    .sort((a, b) => place(order, b) - place(order, a))
    .map(({ messageId, quote }) => ({ messageId, quote }));
}

function place(order: Map<string, number>, { messageId }: Evidence): number {
  return order.get(messageId) ?? 0;
}

function textsOf(messages: LeadMessage[], from: LeadMessage['from']): string {
  return messages
    .filter((message) => message.from === from)
    .map(({ text }) => text)
    .join('\n');
}

/** A name as the customer wrote it, as words of its own; null when they did not. */
function saidBy(text: string, name: string | null): string | null {
  const wanted = oneLine(name, 255);
  if (wanted === null) return null;
  const words = wanted.split(' ').map(escaped).join('\\s+');
  const edge = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(wanted)
    ? ['', '']
    : ['(?<![\\p{L}\\p{N}])', '(?![\\p{L}\\p{N}])'];
  const said = new RegExp(`${edge[0]}${words}${edge[1]}`, 'iu').exec(text)?.[0] ?? null;
  return oneLine(said, 255);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

function oneLine(text: string | null, longest: number): string | null {
  const line = text?.replace(/\s+/gu, ' ').trim() ?? '';
  if (line === '') return null;
  return line.length <= longest ? line : `${line.slice(0, longest - 1).toWellFormed()}…`;
}
