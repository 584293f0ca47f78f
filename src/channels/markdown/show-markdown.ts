import { safeText } from '../../lib/safe-text.ts';
import type { Marks } from './marks.ts';
import { showInline } from './show-inline.ts';
import { showTable } from './show-table.ts';

/** A stretch of lines as a channel shows them, and the index of the line after it. */
export type ShownBlock = { shown: string; next: number };

const FENCE = /^\s*(`{3,}|~{3,})[^`]*$/;
const RULE = /^ {0,3}([-*_])[ \t]*\1[ \t]*\1(?:[ \t]*\1)*[ \t]*$/;
const HEADING = /^ {0,3}#{1,6}[ \t]+(\S.*)$/;
const QUOTE = /^ {0,3}(?:>[ \t]?)+(.*)$/;
const BULLET = /^([ \t]*)[-*+•][ \t]+(?:\[([ xX])\][ \t]+)?(\S.*)$/;
const NUMBERED = /^([ \t]*\d{1,9}[.)])[ \t]+(\S.*)$/;

/**
 * Markdown as models write it, as text that a chat shows alike: bold, italic, struck and code in the channel's marks,
 * lists and quotes as lines, headings as bold lines, links with their address, a table as a line for each row.
 */
export function showMarkdown(markdown: string, marks: Marks): string {
  const lines = safeText(markdown).replace(/\r\n?/g, '\n').split('\n');
  const shown: string[] = [];
  for (let index = 0; index < lines.length; ) {
    const block =
      readFence(lines, index, marks) ??
      showTable(lines, index, marks) ??
      readLine(lines, index, marks);
    const isSecondBlank = block.shown === '' && (shown.at(-1) ?? '') === '';
    if (!isSecondBlank) {
      shown.push(block.shown);
    }
    index = block.next;
  }
  return shown.join('\n').trim();
}

/** A fenced block as it is, without the name of its language: it would be shown as code. */
function readFence(lines: readonly string[], index: number, marks: Marks): ShownBlock | undefined {
  const fence = FENCE.exec(lines[index] ?? '')?.[1];
  if (fence === undefined) {
    return undefined;
  }
  const isEnd = (line: string) => line.trim().startsWith(fence) && /^(`+|~+)$/.test(line.trim());
  const found = lines.findIndex((line, at) => at > index && isEnd(line));
  const end = found === -1 ? lines.length : found;
  const code = lines.slice(index + 1, end).join('\n');
  return { shown: code.trim() === '' ? '' : marks.codeBlock(code), next: end + 1 };
}

function readLine(lines: readonly string[], index: number, marks: Marks): ShownBlock {
  return { shown: showLine(lines[index] ?? '', marks), next: index + 1 };
}

function showLine(line: string, marks: Marks): string {
  if (RULE.test(line)) {
    return '';
  }
  const heading = HEADING.exec(line)?.[1];
  if (heading !== undefined) {
    const words = heading.trimEnd().replace(/[ \t]+#+$/, '');
    return `${marks.bold}${showInline(words, marks, { isBold: true })}${marks.bold}`;
  }
  const quote = QUOTE.exec(line)?.[1];
  if (quote !== undefined) {
    return `> ${showLine(quote, marks)}`;
  }
  return showItem(line, marks) ?? showInline(line.trimEnd().replace(/\\$/, ''), marks);
}

function showItem(line: string, marks: Marks): string | undefined {
  const [, indent, box, words] = BULLET.exec(line) ?? [];
  if (indent !== undefined && words !== undefined) {
    const mark = indent === '' ? '-' : `${indent}•`;
    const task = box === undefined ? '' : box === ' ' ? '☐ ' : '☑ ';
    return `${mark} ${task}${showInline(words.trimEnd(), marks)}`;
  }
  const [, number, rest] = NUMBERED.exec(line) ?? [];
  return number === undefined || rest === undefined
    ? undefined
    : `${number} ${showInline(rest.trimEnd(), marks)}`;
}
