import type { FormattedBlock } from './format.ts';
import { formatInline } from './format-inline.ts';

const DELIMITER_ROW = /^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

/** A table as one line for each row, `- Head: cell; Head: cell`: WhatsApp has no tables and no fixed columns. */
export function readTable(lines: readonly string[], index: number): FormattedBlock | undefined {
  const head = lines[index] ?? '';
  const delimiter = lines[index + 1] ?? '';
  if (!head.includes('|') || !delimiter.includes('-') || !DELIMITER_ROW.test(delimiter)) {
    return undefined;
  }
  const heads = cellsOf(head);
  if (cellsOf(delimiter).length !== heads.length) {
    return undefined;
  }
  let next = index + 2;
  const rows: string[] = [];
  while (lines[next]?.includes('|')) {
    rows.push(formatRow(heads, cellsOf(lines[next] ?? '')));
    next++;
  }
  const filled = rows.filter((row) => row !== '');
  const shown =
    filled.length === 0 ? heads.filter((cell) => cell !== '').join('; ') : filled.join('\n');
  return { shown, next };
}

function formatRow(heads: string[], cells: string[]): string {
  const named = cells.map((cell, column) => {
    const head = heads[column] ?? '';
    return cell === '' || head === '' ? cell : `${head}: ${cell}`;
  });
  const shown = named.filter((cell) => cell !== '').join('; ');
  return shown === '' ? '' : `- ${shown}`;
}

function cellsOf(row: string): string[] {
  const inner = row
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '');
  return inner
    .split(/(?<!\\)\|/)
    .map((cell) => formatInline(cell.trim().replaceAll('\\|', '|')).replaceAll('\n', ' '));
}
