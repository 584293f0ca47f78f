import { el } from './dom.js';

const marks = [
  { open: '*', tag: 'strong' },
  { open: '_', tag: 'em' },
  { open: '~', tag: 's' },
];
const block = /```([\s\S]+?)```/;
const link = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)]/;

/** The text as WhatsApp shows it: bold, italics, strike-through, code and links. Nothing in it is HTML. */
export function chatText(text) {
  const fragment = document.createDocumentFragment();
  let rest = text;
  for (;;) {
    const code = block.exec(rest);
    if (code === null) break;
    fragment.append(...inline(rest.slice(0, code.index)), el('code', {}, code[1].trim()));
    rest = rest.slice(code.index + code[0].length);
  }
  fragment.append(...inline(rest));
  return fragment;
}

function inline(text) {
  const first = firstMark(text);
  if (first === undefined) return text === '' ? [] : [text];
  const { start, end, node } = first;
  return [...(start > 0 ? [text.slice(0, start)] : []), node, ...inline(text.slice(end))];
}

function firstMark(text) {
  const found = [findLink(text), findCode(text), ...marks.map((mark) => findMark(text, mark))];
  return found.filter((one) => one !== undefined).sort((a, b) => a.start - b.start)[0];
}

function findLink(text) {
  const match = link.exec(text);
  if (match === null) return undefined;
  const [href] = match;
  const node = el('a', { href, target: '_blank', rel: 'noopener noreferrer' }, href);
  return { start: match.index, end: match.index + href.length, node };
}

function findCode(text) {
  const match = /`([^`\n]+)`/.exec(text);
  if (match === null) return undefined;
  return { start: match.index, end: match.index + match[0].length, node: el('code', {}, match[1]) };
}

/** A mark counts at the edge of a word only, so that snake_case and 2*3*4 stay as they are. */
function findMark(text, { open, tag }) {
  const mark = `[${open}]`;
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}])${mark}(?=\\S)([^\\n]*?\\S)${mark}(?![\\p{L}\\p{N}])`,
    'u',
  );
  const match = pattern.exec(text);
  if (match === null) return undefined;
  return {
    start: match.index,
    end: match.index + match[0].length,
    node: el(tag, {}, ...inline(match[1])),
  };
}
