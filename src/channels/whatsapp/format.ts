import { safeText } from '../../lib/safe-text.ts';
import { formatInline } from './format-inline.ts';
import { readTable } from './format-table.ts';

/** A stretch of lines as WhatsApp shows them, and the index of the line after it. */
export type FormattedBlock = { shown: string; next: number };

const FENCE = /^\s*(`{3,}|~{3,})[^`]*$/;
const RULE = /^ {0,3}([-*_])[ \t]*\1[ \t]*\1(?:[ \t]*\1)*[ \t]*$/;
const HEADING = /^ {0,3}#{1,6}[ \t]+(\S.*)$/;
const QUOTE = /^ {0,3}(?:>[ \t]?)+(.*)$/;
const BULLET = /^([ \t]*)[-*+•][ \t]+(?:\[([ xX])\][ \t]+)?(\S.*)$/;
const NUMBERED = /^([ \t]*\d{1,9}[.)])[ \t]+(\S.*)$/;

/**
 * Markdown as models write it, as the text that WhatsApp shows alike: bold, italic, struck, code, lists and quotes in
 * its own marks, headings as bold lines, links with their address, a table as a line for each row.
 */
export function toWhatsAppText(markdown: string): string {
  const lines = safeText(markdown).replace(/\r\n?/g, '\n').split('\n');
  const shown: string[] = [];
  for (let index = 0; index < lines.length; ) {
    const block = readFence(lines, index) ?? readTable(lines, index) ?? readLine(lines, index);
    const isSecondBlank = block.shown === '' && (shown.at(-1) ?? '') === '';
    if (!isSecondBlank) {
      shown.push(block.shown);
    }
    index = block.next;
  }
  return shown.join('\n').trim();
}

/** A fenced block as it is, without the name of its language: WhatsApp would show it as code. */
function readFence(lines: readonly string[], index: number): FormattedBlock | undefined {
  const fence = FENCE.exec(lines[index] ?? '')?.[1];
  if (fence === undefined) {
    return undefined;
  }
  const isEnd = (line: string) => line.trim().startsWith(fence) && /^(`+|~+)$/.test(line.trim());
  const found = lines.findIndex((line, at) => at > index && isEnd(line));
  const end = found === -1 ? lines.length : found;
  const code = lines.slice(index + 1, end).join('\n');
  return { shown: code.trim() === '' ? '' : `\`\`\`\n${code}\n\`\`\``, next: end + 1 };
}

function readLine(lines: readonly string[], index: number): FormattedBlock {
  return { shown: formatLine(lines[index] ?? ''), next: index + 1 };
}

function formatLine(line: string): string {
  if (RULE.test(line)) {
    return '';
  }
  const heading = HEADING.exec(line)?.[1];
  if (heading !== undefined) {
    const words = heading.trimEnd().replace(/[ \t]+#+$/, '');
    return `*${formatInline(words, { isBold: true })}*`;
  }
  const quote = QUOTE.exec(line)?.[1];
  if (quote !== undefined) {
    return `> ${formatLine(quote)}`;
  }
  return formatItem(line) ?? formatInline(line.trimEnd().replace(/\\$/, ''));
}

function formatItem(line: string): string | undefined {
  const [, indent, box, words] = BULLET.exec(line) ?? [];
  if (indent !== undefined && words !== undefined) {
    const mark = indent === '' ? '-' : `${indent}•`;
    const task = box === undefined ? '' : box === ' ' ? '☐ ' : '☑ ';
    return `${mark} ${task}${formatInline(words.trimEnd())}`;
  }
  const [, number, rest] = NUMBERED.exec(line) ?? [];
  return number === undefined || rest === undefined
    ? undefined
    : `${number} ${formatInline(rest.trimEnd())}`;
}
