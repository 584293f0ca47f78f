import { type Inline, readInlines } from './markdown-inlines.ts';

/** What an answer may consist of. Whatever else Markdown knows, HTML above all, becomes text. */
export type Block =
  | { is: 'paragraph' | 'heading'; inside: Inline[] }
  | { is: 'code'; text: string }
  | { is: 'rule' }
  | { is: 'quote'; blocks: Block[] }
  | { is: 'list'; start: number | null; items: Block[][] }
  | { is: 'table'; head: Inline[][]; rows: Inline[][][] };

const deepest = 8;
/** Stands for a bar that is part of a cell. */
const bar = '\ue000';
const fenceMark = /^ {0,3}(`{3,}|~{3,})/;
const headingMark = /^ {0,3}#{1,6}(?:[ \t]+|$)/;
const ruleMark = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/;
const quoteMark = /^ {0,3}> ?/;
const itemMark = /^( *)([-*+]|\d{1,9}[.)])(?:[ \t]+|$)/;
const tableRule = /^ *\|? *:?-+:? *(?:\| *:?-+:? *)*\|? *$/;

/**
 * Reads the Markdown that models write in a chat into what may be shown. A library would be a third of the whole
 * script, and most of it for what must not be shown.
 */
export function readMarkdown(text: string): Block[] {
  return readBlocks(text.replace(/\r\n?/g, '\n').replace(/\t/g, '    ').split('\n'), 0);
}

/** The block at the head of the lines, and how many lines it takes. */
type Found = { block: Block; lines: number };

function readBlocks(lines: string[], depth: number): Block[] {
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    if (isBlank(lines[at])) {
      at += 1;
      continue;
    }
    const found = readBlock(lines, at, depth);
    blocks.push(found.block);
    at += found.lines;
  }
  return blocks;
}

function readBlock(lines: string[], at: number, depth: number): Found {
  const line = lines[at] ?? '';
  if (depth >= deepest) return readParagraph(lines, at);
  if (fenceMark.test(line)) return readFence(lines, at);
  if (ruleMark.test(line)) return { block: { is: 'rule' }, lines: 1 };
  if (headingMark.test(line)) {
    const words = line.replace(headingMark, '').replace(/[ \t]+#+[ \t]*$/, '');
    return { block: { is: 'heading', inside: readInlines(words) }, lines: 1 };
  }
  if (quoteMark.test(line)) return readQuote(lines, at, depth);
  if (itemMark.test(line)) return readList(lines, at, depth);
  return isTable(lines, at) ? readTable(lines, at) : readParagraph(lines, at);
}

function readFence(lines: string[], at: number): Found {
  const mark = fenceMark.exec(lines[at] ?? '')?.[1] ?? '```';
  const isEnd = (line: string): boolean => {
    const end = line.trim();
    return end.length >= mark.length && end === mark.charAt(0).repeat(end.length);
  };
  let end = at + 1;
  while (end < lines.length && !isEnd(lines[end] ?? '')) end += 1;
  const text = lines.slice(at + 1, end).join('\n');
  return { block: { is: 'code', text }, lines: end + 1 - at };
}

function readQuote(lines: string[], at: number, depth: number): Found {
  let end = at;
  while (end < lines.length && quoteMark.test(lines[end] ?? '')) end += 1;
  const inside = lines.slice(at, end).map((line) => line.replace(quoteMark, ''));
  return { block: { is: 'quote', blocks: readBlocks(inside, depth + 1) }, lines: end - at };
}

function readList(lines: string[], at: number, depth: number): Found {
  const first = markOf(lines[at]);
  const items: Block[][] = [];
  let end = at;
  for (;;) {
    const next = skipBlank(lines, end);
    const mark = markOf(lines[next]);
    const isNext = mark !== undefined && first !== undefined && isOfList(mark, first);
    if (!isNext || ruleMark.test(lines[next] ?? '')) break;
    end = endOfItem(lines, next, mark.indent);
    const [head = '', ...rest] = lines.slice(next, end);
    const inside = [head.slice(mark.width), ...rest.map((line) => outdent(line, mark.width))];
    items.push(readBlocks(inside, depth + 1));
  }
  const start = first?.number ?? null;
  return { block: { is: 'list', start, items }, lines: Math.max(1, end - at) };
}

type Mark = { indent: number; width: number; number: number | null };

function markOf(line: string | undefined): Mark | undefined {
  const match = itemMark.exec(line ?? '');
  if (match === null) return undefined;
  const [whole, indent = '', sign = ''] = match;
  const number = Number.parseInt(sign, 10);
  return {
    indent: indent.length,
    width: whole.length,
    number: Number.isNaN(number) ? null : number,
  };
}

function isOfList(mark: Mark, first: Mark): boolean {
  return (mark.number === null) === (first.number === null) && mark.indent < first.indent + 2;
}

/** An item goes on with what is indented more than its mark (models are not exact), and with its own lines. */
function endOfItem(lines: string[], at: number, indent: number): number {
  let end = at + 1;
  while (end < lines.length) {
    const next = skipBlank(lines, end);
    const line = lines[next] ?? '';
    const isInside = !isBlank(line) && indentOf(line) >= indent + 2;
    const isGoingOn = next === end && !isBlank(line) && !beginsBlock(lines, next);
    if (!isInside && !isGoingOn) break;
    end = next + 1;
  }
  return end;
}

function readTable(lines: string[], at: number): Found {
  let end = at + 2;
  while (end < lines.length && (lines[end] ?? '').includes('|')) end += 1;
  const width = cellsOf(lines[at]).length;
  const row = (line: string): Inline[][] => {
    const cells = cellsOf(line);
    return Array.from({ length: width }, (_, index) => readInlines(cells[index] ?? ''));
  };
  return {
    block: { is: 'table', head: row(lines[at] ?? ''), rows: lines.slice(at + 2, end).map(row) },
    lines: end - at,
  };
}

function isTable(lines: string[], at: number): boolean {
  const [head = '', rule = ''] = [lines[at], lines[at + 1]];
  const isRule = head.includes('|') && rule.includes('-') && tableRule.test(rule);
  return isRule && cellsOf(head).length === cellsOf(rule).length;
}

function cellsOf(line = ''): string[] {
  // A bar with a backslash is part of its cell; older browsers have no look-behind to say so.
  const cells = line
    .trim()
    .replace(/\\\|/g, bar)
    .replace(/^\||\|$/g, '')
    .split('|');
  return cells.map((cell) => cell.trim().split(bar).join('|'));
}

function readParagraph(lines: string[], at: number): Found {
  let end = at + 1;
  while (end < lines.length && !isBlank(lines[end]) && !beginsBlock(lines, end)) end += 1;
  const text = lines.slice(at, end).map((line) => line.trim());
  return { block: { is: 'paragraph', inside: readInlines(text.join('\n')) }, lines: end - at };
}

/** Whether a line ends the paragraph before it. */
function beginsBlock(lines: string[], at: number): boolean {
  const line = lines[at] ?? '';
  const isMarked = [fenceMark, headingMark, ruleMark, quoteMark, itemMark].some((mark) =>
    mark.test(line),
  );
  return isMarked || isTable(lines, at);
}

function skipBlank(lines: string[], from: number): number {
  let at = from;
  while (at < lines.length && isBlank(lines[at])) at += 1;
  return at;
}

function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === '';
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function outdent(line: string, most: number): string {
  return line.slice(Math.min(indentOf(line), most));
}
