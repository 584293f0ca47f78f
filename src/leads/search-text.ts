import { cutText, safeText } from '../lib/safe-text.ts';

/** What of a lead can be searched besides what the customer wrote. */
export type SearchableLead = {
  name: string | null;
  company: string | null;
  email: string | null;
  phone: string | null;
  /** The customer's address on the channel. */
  customerPhone: string;
  intent?: string | null;
  notes?: string | null;
};

/** The longest search text that is kept of a lead, in characters. */
export const longestSearchText = 20_000;

/**
 * Text as it is compared: without accents, capitals, and marks that nobody sees, with single spaces. What a
 * person types and what a customer wrote become the same, whatever keyboard each had.
 */
export function searchable(text: string): string {
  return safeText(text)
    .normalize('NFKD')
    .replace(accents, '')
    .toLowerCase()
    .replace(undecomposed, (letter) => plain.get(letter) ?? letter)
    .replace(invisible, '')
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .trim();
}

/**
 * What is stored to find a lead by: its names in the first line, then how to reach it, then what was
 * said. `customerTexts` are the customer's messages, the newest first: the oldest are cut off.
 */
export function searchTextOf(lead: SearchableLead, customerTexts: Iterable<string>): string {
  const names = [lead.name, lead.company].map((one) => searchable(one ?? '')).join(' ');
  // A space in front of each name lets a search for its beginning use the index.
  const head = [` ${names.trim()}`, ...detailsOf(lead).flatMap(comparableLines)].join('\n');
  const said = new Set<string>();
  let characters = head.length;
  for (const text of customerTexts) {
    if (characters > longestSearchText) break;
    for (const line of comparableLines(text)) {
      said.add(line);
      characters += line.length + 1;
    }
  }
  return cutText([head, ...said].join('\n'), longestSearchText);
}

/** What is looked for: in everything, or, since there is too little of it, where a name begins. */
export type SearchPattern = { in: 'everything' | 'names'; pattern: string };

/**
 * What a person typed as the pattern of a `like`; nothing in it is a wildcard. A phone number is found
 * however it is written, with its country or without. Undefined when there is nothing to look for.
 */
export function searchPattern(typed: string): SearchPattern | undefined {
  const wanted = searchable(typed);
  if (wanted === '') return undefined;
  const digits = phoneLike.test(wanted) ? wanted.replace(/\D/g, '').replace(/^0+/, '') : '';
  if (digits.length >= 5) return { in: 'everything', pattern: `%${digits}%` };
  if ([...wanted].length < 3) {
    const beginning = withoutSpaces.test(wanted) ? '' : ' ';
    return { in: 'names', pattern: `%${beginning}${escaped(wanted)}%` };
  }
  return { in: 'everything', pattern: `%${escaped(wanted)}%` };
}

const accents = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]/gu;
const invisible = /[[\p{Cf}\p{Cc}]--\s]/gv;
const undecomposed = /[ßæœøłđðþı]/gu;
const plain = new Map(
  Object.entries({ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' }),
);
/** Writing that sets no spaces: what begins there cannot be told, and two signs are a word. */
const withoutSpaces = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Thai}/u;
const phoneLike = /^[+(]?[\d\s().+/-]+$/;
/** Of five digits or more, as `searchPattern` looks for them. */
const writtenNumber = /\+?\(?\d[\d\s().+/-]{4,}\d/g;

function detailsOf(lead: SearchableLead): string[] {
  return [lead.email, lead.phone, lead.customerPhone, lead.intent, lead.notes].map(
    (one) => one ?? '',
  );
}

/** The text, and each number that is written in it with spaces or signs once more as digits alone. */
function comparableLines(text: string): string[] {
  const line = searchable(cutText(text, longestSearchText));
  if (line === '') return [];
  const numbers = [...line.matchAll(writtenNumber)]
    .filter(([written]) => /\D/.test(written))
    .map(([written]) => written.replace(/\D/g, ''));
  return [line, ...numbers];
}

function escaped(text: string): string {
  return text.replace(/[\\%_]/g, (sign) => `\\${sign}`);
}
