import type { Marks } from './marks.ts';
import { showInline } from './show-inline.ts';
import type { ShownBlock } from './show-markdown.ts';

const DELIMITER_ROW = /^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

/** A table as one line for each row, `- Head: cell; Head: cell`: a chat has no tables and no fixed columns. */
export function showTable(
  lines: readonly string[],
  index: number,
  marks: Marks,
): ShownBlock | undefined {
  const head = lines[index] ?? '';
  const delimiter = lines[index + 1] ?? '';
  if (!head.includes('|') || !delimiter.includes('-') || !DELIMITER_ROW.test(delimiter)) {
    return undefined;
  }
  const heads = cellsOf(head, marks);
  if (cellsOf(delimiter, marks).length !== heads.length) {
    return undefined;
  }
  let next = index + 2;
  const rows: string[] = [];
  while (lines[next]?.includes('|')) {
    rows.push(showRow(heads, cellsOf(lines[next] ?? '', marks)));
    next++;
  }
  const filled = rows.filter((row) => row !== '');
  const shown =
    filled.length === 0 ? heads.filter((cell) => cell !== '').join('; ') : filled.join('\n');
  return { shown, next };
}

function showRow(heads: string[], cells: string[]): string {
  const named = cells.map((cell, column) => {
    const head = heads[column] ?? '';
    return cell === '' || head === '' ? cell : `${head}: ${cell}`;
  });
  const shown = named.filter((cell) => cell !== '').join('; ');
  return shown === '' ? '' : `- ${shown}`;
}

function cellsOf(row: string, marks: Marks): string[] {
  const inner = row
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '');
  return inner
    .split(/(?<!\\)\|/)
    .map((cell) => showInline(cell.trim().replaceAll('\\|', '|'), marks).replaceAll('\n', ' '));
}
