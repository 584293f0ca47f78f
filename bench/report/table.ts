import { isMet, type Result, ratioOf } from './results.ts';

/** The results as a Markdown table. */
export function resultTable(results: Result[]): string {
  return markdownTable(
    ['measure', 'set-up', 'figure', 'rapport', 'compared with', 'ratio', 'goal', 'met'],
    results.map((result) => [
      result.measure,
      result.setup,
      result.metric,
      short(result.product),
      result.other === undefined ? '' : `${result.other.name}: ${short(result.other.value)}`,
      ratioOf(result)?.toFixed(2) ?? '',
      goalText(result),
      metText(result),
    ]),
  );
}

/** CPU a message in microseconds by process, for results that have it. */
export function cpuTable(results: Result[]): string {
  const measured = results.flatMap(({ measure, setup, other, cpuMicros, otherCpuMicros }) => [
    ...(cpuMicros === undefined ? [] : [{ who: `${measure}, ${setup}`, cpu: cpuMicros }]),
    ...(otherCpuMicros === undefined
      ? []
      : [{ who: `${measure}, ${setup}: ${other?.name}`, cpu: otherCpuMicros }]),
  ]);
  const names = [...new Set(measured.flatMap(({ cpu }) => Object.keys(cpu)))];
  return markdownTable(
    ['CPU µs a message', ...names, 'all'],
    measured.map(({ who, cpu }) => [
      who,
      ...names.map((name) => (cpu[name] === undefined ? '' : cpu[name].toFixed(0))),
      Object.values(cpu)
        .reduce((sum, one) => sum + one, 0)
        .toFixed(0),
    ]),
  );
}

/** Rows as a Markdown table, its columns aligned; nothing when there are no rows. */
export function markdownTable(head: string[], body: string[][]): string {
  if (body.length === 0) return '';
  const widths = head.map((title, column) =>
    Math.max(title.length, ...body.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...body.map(line)].join('\n');
}

/** Three figures, and no digits behind the point that mean nothing. */
export function short(value: number): string {
  if (value === 0) return '0';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

function goalText({ goal }: Result): string {
  if (goal === undefined) return '';
  const value = 'atLeast' in goal ? `≥ ${short(goal.atLeast)}` : `≤ ${short(goal.atMost)}`;
  return goal.of === 'ratio' ? `ratio ${value}` : value;
}

function metText(result: Result): string {
  const met = isMet(result);
  if (met === undefined) return '';
  return met ? 'yes' : 'no';
}
