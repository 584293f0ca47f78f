import { type Dimension, dimensions, type LeadTag } from '../leads/dimensions.ts';
import type { DropReason } from '../leads/extraction/check-evidence.ts';
import { forEachDimension } from '../leads/lead-state.ts';
import type { Contact, EvaluatedLead, Outcome, QuoteCounts } from './evaluated-lead.ts';
import { gradesOfLabel } from './labelled-lead.ts';
import { costUsd, type Prices } from './prices.ts';

export const leadTags = ['Hot', 'Warm', 'Cold'] as const satisfies LeadTag[];
export const contactFields = ['name', 'company', 'email', 'phone'] as const;

/** Shares are 0 to 1, null where there was nothing to share. */
export type Share = number | null;

export type DimensionAccuracy = {
  exact: Share;
  withinOne: Share;
  /** How much too high the grades are on average; negative: too low. */
  bias: Share;
  /** Exact, of the grades as the model said them, before their evidence was checked. */
  exactOfModel: Share;
};

/** `missed`: there was something and nothing was found; `wrong`: something else, or something where nothing is. */
export type ContactAccuracy = { right: Share; missed: number; wrong: number };

export type LeadMetrics = {
  conversations: number;
  read: number;
  unread: Record<string, number>;
  dimensions: Record<Dimension, DimensionAccuracy>;
  tags: {
    /** Of all conversations: one that could not be read is not right. */
    right: Share;
    /** By label, then by what came out. */
    confusion: Record<LeadTag, Record<LeadTag | 'unread', number>>;
    /** Of those called Hot, how many are; of those that are Hot, how many were called so. */
    hotPrecision: Share;
    hotRecall: Share;
    byLanguage: Record<string, { right: number; of: number }>;
  };
  evidence: QuoteCounts & {
    literalShare: Share;
    /** With the quotes that differ in case, spaces, dashes and quotation marks only. */
    foundShare: Share;
    droppedShare: Share;
  };
  contact: Record<(typeof contactFields)[number], ContactAccuracy>;
  cost: { usd: number | null; usdEach: number | null; inputTokens: number; outputTokens: number };
  timeMs: { p50: number | null; p95: number | null };
};

type Read = Extract<Outcome, { kind: 'read' }>;
type ReadLead = Omit<EvaluatedLead, 'outcome'> & { outcome: Read };

/** Counts how an evaluation went. `model` is whose price counts. */
export function measureLeads(
  evaluated: EvaluatedLead[],
  { model, prices }: { model: string; prices: Prices },
): LeadMetrics {
  const read = evaluated.flatMap(({ outcome, ...lead }) =>
    outcome.kind === 'read' ? [{ ...lead, outcome }] : [],
  );
  return {
    conversations: evaluated.length,
    read: read.length,
    unread: countBy(
      evaluated.flatMap(({ outcome }) => (outcome.kind === 'unread' ? [outcome.because] : [])),
    ),
    dimensions: forEachDimension((dimension) => dimensionAccuracy(read, dimension)),
    tags: tagAccuracy(evaluated),
    evidence: evidenceOf(read),
    contact: {
      name: contactAccuracy(read, 'name'),
      company: contactAccuracy(read, 'company'),
      email: contactAccuracy(read, 'email'),
      phone: contactAccuracy(read, 'phone'),
    },
    cost: costOf(evaluated, { model, prices }),
    timeMs: timesOf(evaluated),
  };
}

function dimensionAccuracy(read: ReadLead[], dimension: Dimension): DimensionAccuracy {
  const pairs = read.map(({ label, outcome }) => ({
    wanted: gradesOfLabel(label)[dimension],
    got: outcome.grades[dimension],
    said: outcome.modelGrades[dimension],
  }));
  const shareOf = (holds: (pair: (typeof pairs)[number]) => boolean) =>
    share(pairs.filter(holds).length, pairs.length);
  return {
    exact: shareOf(({ wanted, got }) => wanted === got),
    withinOne: shareOf(({ wanted, got }) => Math.abs(wanted - got) <= 1),
    bias: share(sum(pairs.map(({ wanted, got }) => got - wanted)), pairs.length),
    exactOfModel: shareOf(({ wanted, said }) => wanted === said),
  };
}

function tagAccuracy(evaluated: EvaluatedLead[]): LeadMetrics['tags'] {
  const row = () => ({ Hot: 0, Warm: 0, Cold: 0, unread: 0 });
  const confusion = { Hot: row(), Warm: row(), Cold: row() };
  const byLanguage: LeadMetrics['tags']['byLanguage'] = {};
  for (const lead of evaluated) {
    const came = tagOf(lead);
    confusion[lead.label.tag][came] += 1;
    const language = byLanguage[lead.language] ?? { right: 0, of: 0 };
    byLanguage[lead.language] = language;
    language.of += 1;
    if (came === lead.label.tag) language.right += 1;
  }
  const calledHot = sum(leadTags.map((tag) => confusion[tag].Hot));
  const areHot = sum(Object.values(confusion.Hot));
  return {
    right: share(sum(leadTags.map((tag) => confusion[tag][tag])), evaluated.length),
    confusion,
    hotPrecision: share(confusion.Hot.Hot, calledHot),
    hotRecall: share(confusion.Hot.Hot, areHot),
    byLanguage,
  };
}

/** The tag that came out, or that none did. */
export function tagOf({ outcome }: EvaluatedLead): LeadTag | 'unread' {
  return outcome.kind === 'read' ? outcome.tag : 'unread';
}

function evidenceOf(read: ReadLead[]): LeadMetrics['evidence'] {
  const all = read.map(({ outcome }) => outcome.quotes);
  const total = (of: (counts: QuoteCounts) => number) => sum(all.map(of));
  const named = total((counts) => counts.named);
  const literal = total((counts) => counts.literal);
  const nearlyLiteral = total((counts) => counts.nearlyLiteral);
  const kept = total((counts) => counts.kept);
  const dropped: Partial<Record<DropReason, number>> = {};
  for (const counts of all) {
    for (const reason of dropReasons) {
      const more = counts.dropped[reason] ?? 0;
      if (more > 0) dropped[reason] = (dropped[reason] ?? 0) + more;
    }
  }
  return {
    named,
    literal,
    nearlyLiteral,
    kept,
    dropped,
    literalShare: share(literal, named),
    foundShare: share(literal + nearlyLiteral, named),
    droppedShare: share(named - kept, named),
  };
}

/** Every reason, in the order they are shown. */
export const dropReasons = [
  'no_such_message',
  'not_the_customers',
  'not_literal',
  'says_nothing',
  'speaks_to_the_machine',
  'proves_too_much',
] as const satisfies DropReason[];

function contactAccuracy(read: ReadLead[], field: keyof Contact): ContactAccuracy {
  const judged = read.map(({ label, outcome }) =>
    judgeContact(field, outcome.contact[field], label[field]),
  );
  const count = (what: string) => judged.filter((one) => one === what).length;
  return {
    right: share(count('right'), judged.length),
    missed: count('missed'),
    wrong: count('wrong'),
  };
}

/** Whether what came out is what was wanted, regardless of case, and of everything but digits in a number. */
export function judgeContact(
  field: keyof Contact,
  got: string | null,
  wanted: string | string[] | null,
): 'right' | 'missed' | 'wrong' {
  if (wanted === null) return got === null ? 'right' : 'wrong';
  if (got === null) return 'missed';
  const plain = (text: string) =>
    field === 'phone'
      ? text.replace(/\D/g, '')
      : text.normalize('NFC').replace(/\s+/gu, ' ').trim().toLowerCase();
  const accepted = Array.isArray(wanted) ? wanted : [wanted];
  return accepted.some((one) => plain(one) === plain(got)) ? 'right' : 'wrong';
}

function costOf(
  evaluated: EvaluatedLead[],
  { model, prices }: { model: string; prices: Prices },
): LeadMetrics['cost'] {
  const costs = evaluated.map(({ outcome }) => costUsd(outcome.usage, prices[model]));
  const known = costs.filter((cost) => cost !== null);
  const usd = known.length === costs.length ? sum(known) : null;
  return {
    usd,
    usdEach: usd === null ? null : share(usd, evaluated.length),
    inputTokens: sum(evaluated.map(({ outcome }) => outcome.usage.inputTokens)),
    outputTokens: sum(evaluated.map(({ outcome }) => outcome.usage.outputTokens)),
  };
}

function timesOf(evaluated: EvaluatedLead[]): LeadMetrics['timeMs'] {
  const times = evaluated.map(({ outcome }) => outcome.tookMs).sort((a, b) => a - b);
  return { p50: percentile(times, 0.5), p95: percentile(times, 0.95) };
}

/** The smallest of the sorted values that so many of them do not exceed; null of none. */
export function percentile(sorted: number[], part: number): number | null {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? null;
}

function countBy(words: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function share(part: number, of: number): Share {
  return of === 0 ? null : part / of;
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Over the dimensions alike: the mean of what is exact. */
export function meanExact(metrics: LeadMetrics, what: 'exact' | 'exactOfModel' = 'exact'): Share {
  const known = dimensions
    .map((dimension) => metrics.dimensions[dimension][what])
    .filter((one) => one !== null);
  return share(sum(known), known.length);
}
