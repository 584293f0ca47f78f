import { addressIn, safeHref } from './links.ts';
import { createEmphasis } from './markdown-emphasis.ts';

/** What a line of text may consist of. */
export type Inline =
  | { is: 'text'; text: string }
  | { is: 'code'; text: string }
  | { is: 'break' }
  | { is: 'strong' | 'em' | 'del'; inside: Inline[] }
  | { is: 'link'; href: string; inside: Inline[] };

const longestLabel = 1_000;
const entities: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': '\u00a0',
};

/** Reads the Markdown within a line; what has no meaning is text. */
export function readInlines(text: string, { hasLinks } = { hasLinks: true }): Inline[] {
  const out = createEmphasis();
  const options = { hasLinks, labels: labelsIn(text) };
  let at = 0;
  while (at < text.length) {
    const found = readOne(text, at, options);
    if (found !== undefined) {
      for (const inline of found.inlines) out.add(inline);
      at += found.length;
      continue;
    }
    const run = /^(?:\*+|_+|~~)/.exec(text.slice(at, at + 200))?.[0];
    if (run === undefined) out.addText(text.charAt(at));
    else out.mark(run, text.slice(0, at), text.slice(at + run.length));
    at += run?.length ?? 1;
  }
  return out.end();
}

type Options = { hasLinks: boolean; labels: Map<number, number> };
type Found = { inlines: Inline[]; length: number };

function readOne(text: string, at: number, options: Options): Found | undefined {
  switch (text.charAt(at)) {
    case '\n':
      return { inlines: [{ is: 'break' }], length: 1 };
    case '\\':
      return readEscape(text, at);
    case '`':
      return readCode(text, at);
    case '&': {
      const entity = /^&(?:amp|lt|gt|quot|#39|nbsp);/.exec(text.slice(at, at + 6))?.[0];
      return entity === undefined ? undefined : textOf(entities[entity] ?? entity, entity.length);
    }
    case '!':
      // Nothing is loaded from where an answer says: a picture is a link to it.
      return text.charAt(at + 1) === '['
        ? withLength(readLink(text, at + 1, options), 1)
        : undefined;
    case '[':
      return readLink(text, at, options);
    default:
      return options.hasLinks ? readAddress(text, at) : undefined;
  }
}

function readEscape(text: string, at: number): Found | undefined {
  const next = text.charAt(at + 1);
  if (next === '\n') return { inlines: [{ is: 'break' }], length: 2 };
  return /[!-/:-@[-`{-~]/.test(next) ? textOf(next, 2) : undefined;
}

function readCode(text: string, at: number): Found {
  const fence = /^`+/.exec(text.slice(at))?.[0] ?? '`';
  let end = at + fence.length;
  for (;;) {
    end = text.indexOf(fence, end);
    if (end < 0) return textOf(fence, fence.length);
    const run = /^`+/.exec(text.slice(end))?.[0] ?? fence;
    if (run.length === fence.length) break;
    end += run.length;
  }
  const inside = text.slice(at + fence.length, end).replace(/\n/g, ' ');
  const code = /^ .*[^ ].* $/.test(inside) ? inside.slice(1, -1) : inside;
  return { inlines: [{ is: 'code', text: code }], length: end + fence.length - at };
}

/** `[words](address "title")`. The address may hold balanced brackets, as those of encyclopedias do. */
function readLink(text: string, at: number, options: Options): Found | undefined {
  const labelEnd = options.labels.get(at);
  if (labelEnd === undefined || labelEnd - at > longestLabel || text.charAt(labelEnd + 1) !== '(')
    return undefined;
  const target = /^\(\s*<?((?:[^\s()<>]|\([^\s()]*\))*)>?(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/.exec(
    text.slice(labelEnd + 1, labelEnd + 1 + 2 * longestLabel),
  );
  if (target === null) return undefined;
  const [whole, address = ''] = target;
  const words = readInlines(text.slice(at + 1, labelEnd), { hasLinks: false });
  const shown: Inline[] = words.length > 0 ? words : [{ is: 'text', text: address }];
  const href = options.hasLinks ? safeHref(address) : undefined;
  return {
    inlines: href === undefined ? shown : [{ is: 'link', href, inside: shown }],
    length: labelEnd + 1 + whole.length - at,
  };
}

/** Where each bracket that opens is closed: found in one pass, however many there are. */
function labelsIn(text: string): Map<number, number> {
  const labels = new Map<number, number>();
  const open: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\') at += 1;
    if (char === '[') open.push(at);
    const opened = char === ']' ? open.pop() : undefined;
    if (opened !== undefined) labels.set(opened, at);
  }
  return labels;
}

function readAddress(text: string, at: number): Found | undefined {
  const isBracketed = text.charAt(at) === '<';
  const from = isBracketed ? at + 1 : at;
  // In the middle of a word begins no address.
  if (!isBracketed && /[\p{L}\p{N}]/u.test(text.charAt(at - 1))) return undefined;
  const found = addressIn(text, from);
  if (found === undefined) return undefined;
  const isClosed = isBracketed && text.charAt(from + found.text.length) === '>';
  if (isBracketed && !isClosed) return undefined;
  return {
    inlines: [{ is: 'link', href: found.href, inside: [{ is: 'text', text: found.text }] }],
    length: found.text.length + (isBracketed ? 2 : 0),
  };
}

function textOf(text: string, length: number): Found {
  return { inlines: [{ is: 'text', text }], length };
}

function withLength(found: Found | undefined, more: number): Found | undefined {
  return found === undefined ? undefined : { ...found, length: found.length + more };
}
