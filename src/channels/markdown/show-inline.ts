import { safeText } from '../../lib/safe-text.ts';
import { type InlineToken, resolveEmphasis } from './emphasis.ts';
import type { Marks } from './marks.ts';

/** What a name is made of, and how one ends that has a full stop or an underscore in it. */
const IN_NAME = String.raw`[\p{L}\p{N}_.]`;
const DOMAIN = String.raw`(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}[\p{L}\p{N}-]{1,62}`;
const LOCAL_PART = String.raw`[\p{L}\p{N}][\p{L}\p{N}._%+-]{0,63}`;

/** Names whose underscores are their own: mail addresses, web addresses without a scheme, handles and tags. */
const NAMES = [
  // With underscores before it and none behind it, they are the address's; with both, they stand around it.
  String.raw`(?<![\p{L}\p{N}_.%+-])_+${LOCAL_PART}@${DOMAIN}(?![\p{L}\p{N}_])`,
  String.raw`(?<![\p{L}\p{N}.%+-])${LOCAL_PART}@${DOMAIN}(?![\p{L}\p{N}])`,
  String.raw`(?<![\p{L}\p{N}@.-])${DOMAIN}/[^\s<>*]*[^\s<>*_~.,;:!?'")\]}]`,
  String.raw`(?<=(?<![\p{L}\p{N}])_{1,3})[@#$]${IN_NAME}*[\p{L}\p{N}](?=_+(?![\p{L}\p{N}_]))`,
  String.raw`(?<![\p{L}\p{N}])[@#$]${IN_NAME}*[\p{L}\p{N}_]`,
].join('|');

const INLINE = new RegExp(
  [
    String.raw`\\(?<escaped>[!-/:-@[-${'`'}{-~])`,
    // The whole run of back ticks, its content, and a run just as long.
    String.raw`(?<!${'`'})(?<ticks>${'`'}+)(?!${'`'})(?<code>[^\n]*?[^${'`'}\n])\k<ticks>(?!${'`'})`,
    String.raw`!?\[(?<label>(?:[^[\]\\]|\\.|\[[^[\]]*\])*)\]\([ \t]*<?(?<target>[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)>?(?:[ \t]+["'(][^"')]*["')])?[ \t]*\)`,
    String.raw`<(?<autolink>(?:https?://|mailto:|tel:)[^\s<>]+|[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+)>`,
    // Without what may end a sentence or an emphasis around it.
    String.raw`(?<url>(?:https?://|www\.)(?:[^\s<>*]|\*(?=[\w/]))*[^\s<>*_~.,;:!?'")\]}])`,
    `(?<name>${NAMES})`,
    String.raw`<(?<tag>/?(?:b|strong|i|em|s|del|strike|u|p|sub|sup|code)|br[ \t]*/?)>`,
    String.raw`&(?<entity>#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});`,
    String.raw`(?<run>\*+|_+|~~+)`,
  ].join('|'),
  'gu',
);

const entities = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
  ['ndash', '–'],
  ['mdash', '—'],
  ['hellip', '…'],
  ['bull', '•'],
  ['middot', '·'],
  ['rarr', '→'],
  ['larr', '←'],
  ['times', '×'],
  ['deg', '°'],
  ['euro', '€'],
  ['pound', '£'],
  ['copy', '©'],
  ['reg', '®'],
  ['trade', '™'],
]);

const tagMarks = new Map<string, (marks: Marks) => string>([
  ['b', ({ bold }) => bold],
  ['strong', ({ bold }) => bold],
  ['i', ({ italic }) => italic],
  ['em', ({ italic }) => italic],
  ['s', ({ strike }) => strike],
  ['del', ({ strike }) => strike],
  ['strike', ({ strike }) => strike],
  // A tag is half of a span: what stands around code is one mark on each side where it is a mark at all.
  ['code', ({ code }) => code('x').split('x')[0] ?? ''],
  ['br', () => '\n'],
]);

/** One line of Markdown in the channel's marks. In a line that is bold already, bold words need no mark of their own. */
export function showInline(text: string, marks: Marks, options: { isBold?: boolean } = {}): string {
  const tokens: InlineToken[] = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > end) {
      tokens.push({ text: text.slice(end, match.index) });
    }
    end = match.index + match[0].length;
    tokens.push(tokenOf(match, text, marks));
  }
  tokens.push({ text: text.slice(end) });
  return resolveEmphasis(tokens, options.isBold === true ? { ...marks, bold: '' } : marks);
}

function tokenOf(match: RegExpExecArray, text: string, marks: Marks): InlineToken {
  const groups = match.groups ?? {};
  const run = groups['run'];
  if (run !== undefined) {
    return {
      text: run,
      run: {
        before: text.charAt(match.index - 1),
        after: text.slice(match.index + run.length, match.index + run.length + 2),
      },
    };
  }
  return { text: shownAs(match[0], groups, marks) };
}

function shownAs(whole: string, groups: Record<string, string | undefined>, marks: Marks): string {
  if (groups['code'] !== undefined) {
    return marks.code(codeOf(groups['code']));
  }
  if (groups['label'] !== undefined) {
    return link(showInline(groups['label'], marks).trim(), groups['target'] ?? '');
  }
  if (groups['tag'] !== undefined) {
    return tagMarks.get(groups['tag'].replace(/[/ \t]/g, ''))?.(marks) ?? '';
  }
  if (groups['entity'] !== undefined) {
    return decodeEntity(groups['entity']) ?? whole;
  }
  return groups['escaped'] ?? groups['autolink']?.replace(/^(mailto|tel):/, '') ?? whole;
}

/** What a code span says, without the one space on each side that only sets its back ticks apart. */
function codeOf(code: string): string {
  return code.startsWith(' ') && code.endsWith(' ') && code.trim() !== ''
    ? code.slice(1, -1)
    : code;
}

function link(label: string, target: string): string {
  const address = target.replace(/^(mailto|tel):/, '');
  if (address === '' || address.startsWith('#')) {
    return label;
  }
  return label === '' || bare(label) === bare(address) ? address : `${label} (${address})`;
}

/** A web address as people write it, to see whether a link's words are its address. */
function bare(address: string): string {
  return address
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/^www\./, '')
    .replace(/\/$/, '');
}

function decodeEntity(entity: string): string | undefined {
  if (!entity.startsWith('#')) {
    return entities.get(entity);
  }
  const isHex = entity[1] === 'x' || entity[1] === 'X';
  const codePoint = Number.parseInt(entity.slice(isHex ? 2 : 1), isHex ? 16 : 10);
  return codePoint > 0x10ffff ? undefined : safeText(String.fromCodePoint(codePoint));
}
