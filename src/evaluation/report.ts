import { dimensions } from '../leads/dimensions.ts';
import type { Candidate } from './evaluate-leads.ts';
import type { EvaluatedLead } from './evaluated-lead.ts';
import { gradesOfLabel } from './labelled-lead.ts';
import {
  contactFields,
  dropReasons,
  type LeadMetrics,
  leadTags,
  meanExact,
  tagOf,
} from './metrics.ts';

/** One candidate with how it did. */
export type Run = { candidate: Candidate; evaluated: EvaluatedLead[]; metrics: LeadMetrics };

export const simulatorWarning =
  'No OPENAI_API_KEY: this ran on the simulator, which reads by keywords. It measures the plumbing only, not a model; its tokens are guessed from bytes.';

const names = ['A', 'B'];

/** What people read: a column for each run, and what changed between two. */
export function reportText(
  { file, isSimulated }: { file: string; isSimulated: boolean },
  runs: Run[],
): string {
  const [first, second] = runs;
  const conversations = first?.metrics.conversations ?? 0;
  const languages = Object.keys(first?.metrics.tags.byLanguage ?? {}).length;
  const candidates = runs.map(
    ({ candidate }, index) =>
      `${names[index]}  ${candidate.model}, instructions ${candidate.promptVersion}`,
  );
  const parts = [
    `${file}: ${conversations} conversations in ${languages} languages`,
    candidates.join('\n'),
    ...(isSimulated ? [simulatorWarning] : []),
    table(['', ...runs.map((_, index) => names[index] ?? '')], measures(runs)),
    ...runs.map((run, index) => confusion(run, runs.length > 1 ? ` (${names[index]})` : '')),
    ...(first === undefined
      ? []
      : [second === undefined ? wrongTags(first) : changedTags(first, second)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function measures(runs: Run[]): string[][] {
  const row = (name: string, of: (metrics: LeadMetrics) => string) => [
    name,
    ...runs.map(({ metrics }) => of(metrics)),
  ];
  const isNeeded = (of: (metrics: LeadMetrics) => number) =>
    runs.some(({ metrics }) => of(metrics) > 0);
  const unread = [...new Set(runs.flatMap(({ metrics }) => Object.keys(metrics.unread)))].sort();
  return [
    row('read', ({ read, conversations }) => `${read} of ${conversations}`),
    ...unread.map((because) => row(`  not: ${because}`, (one) => `${one.unread[because] ?? 0}`)),
    row('tags right', ({ tags }) => percent(tags.right)),
    row('  of those called Hot', ({ tags }) => percent(tags.hotPrecision)),
    row('  of those that are Hot', ({ tags }) => percent(tags.hotRecall)),
    row('grades right (within one, too high by)', (one) => percent(meanExact(one))),
    ...dimensions.map((dimension) =>
      row(`  ${dimension}`, (one) => {
        const { exact, withinOne, bias } = one.dimensions[dimension];
        return `${percent(exact)} (${percent(withinOne)}, ${signed(bias)})`;
      }),
    ),
    row('  before their evidence was checked', (one) => percent(meanExact(one, 'exactOfModel'))),
    row('quotes', ({ evidence }) => `${evidence.named}`),
    row('  literal', ({ evidence }) => percent(evidence.literalShare)),
    row('  found', ({ evidence }) => percent(evidence.foundShare)),
    row('  dropped', ({ evidence }) => percent(evidence.droppedShare)),
    ...dropReasons
      .filter((reason) => isNeeded(({ evidence }) => evidence.dropped[reason] ?? 0))
      .map((reason) => row(`    ${reason}`, ({ evidence }) => `${evidence.dropped[reason] ?? 0}`)),
    row('customers (missed, wrong)', () => ''),
    ...contactFields.map((field) =>
      row(`  ${field}`, ({ contact }) => {
        const { right, missed, wrong } = contact[field];
        return `${percent(right)} (${missed}, ${wrong})`;
      }),
    ),
    row('cost, all', ({ cost }) => dollars(cost.usd)),
    row('cost, each', ({ cost }) => dollars(cost.usdEach)),
    row('tokens in, out', ({ cost }) => `${cost.inputTokens}, ${cost.outputTokens}`),
    row('time, p50', ({ timeMs }) => milliseconds(timeMs.p50)),
    row('time, p95', ({ timeMs }) => milliseconds(timeMs.p95)),
  ];
}

function confusion({ metrics }: Run, which: string): string {
  const came = [...leadTags, 'unread'] as const;
  const rows = leadTags.map((label) => [
    label,
    ...came.map((tag) => `${metrics.tags.confusion[label][tag]}`),
  ]);
  const languages = Object.entries(metrics.tags.byLanguage)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([language, { right, of }]) => `${language} ${right}/${of}`);
  return `${table([`label \\ came out${which}`, ...came], rows)}\nright by language: ${languages.join(', ')}`;
}

function changedTags(first: Run, second: Run): string {
  const rows = first.evaluated.flatMap((lead, index) => {
    const other = second.evaluated[index];
    if (other === undefined || tagOf(lead) === tagOf(other)) return [];
    const { tag } = lead.label;
    const better = tagOf(other) === tag ? 'B is right' : tagOf(lead) === tag ? 'A is right' : '';
    return [[lead.id, tag, tagOf(lead), tagOf(other), better]];
  });
  if (rows.length === 0) return 'No conversation changed its tag.';
  return table(['changed tag', 'label', 'A', 'B', ''], rows);
}

/** Where to look first: the wrong tags, and which grades made them. */
function wrongTags({ evaluated }: Run): string {
  const rows = evaluated
    .filter((lead) => tagOf(lead) !== lead.label.tag)
    .map((lead) => [lead.id, lead.label.tag, tagOf(lead), otherGrades(lead)]);
  if (rows.length === 0) return 'Every tag is right.';
  return table(['wrong tag', 'label', 'came out', ''], rows);
}

function otherGrades({ label, outcome }: EvaluatedLead): string {
  if (outcome.kind === 'unread') return outcome.because;
  const wanted = gradesOfLabel(label);
  return dimensions
    .filter((dimension) => wanted[dimension] !== outcome.grades[dimension])
    .map((dimension) => `${dimension} ${wanted[dimension]}→${outcome.grades[dimension]}`)
    .join(', ');
}

/** Columns as wide as their widest cell, the first to the left and the others to the right. */
function table(head: string[], rows: string[][]): string {
  const lines = [head, ...rows];
  const widths = head.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return column === 0 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function percent(share: number | null): string {
  return share === null ? '-' : `${(share * 100).toFixed(1)} %`;
}

function signed(value: number | null): string {
  if (value === null) return '-';
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}

function dollars(usd: number | null): string {
  return usd === null ? 'price unknown' : `$${usd.toPrecision(3)}`;
}

function milliseconds(ms: number | null): string {
  return ms === null ? '-' : `${Math.round(ms)} ms`;
}
