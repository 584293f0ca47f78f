/** Marks above and below letters that people leave out when they type: of Latin, Greek, Cyrillic, Arabic and Hebrew. */
const optionalMarks =
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]/g;
/** Scripts that put no space between words: there a word is found wherever its characters are. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const wordCharacter = /[\p{L}\p{N}\p{M}_]/u;

/** Those of the words and phrases that a text has as whole words, whatever their case and accents. */
export function wordsIn(text: string, words: string[]): string[] {
  const said = folded(text);
  return words.filter((word) => hasWord(said, folded(word)));
}

function hasWord(said: string, wanted: string): boolean {
  if (wanted === '') return false;
  for (let at = said.indexOf(wanted); at >= 0; at = said.indexOf(wanted, at + 1)) {
    if (isEdge(said, at) && isEdge(said, at + wanted.length)) return true;
  }
  return false;
}

/** The text as it is compared: `Preço`, `PRECO` and `preço` are one, and so are `Straße` and `STRASSE`. */
function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(optionalMarks, '')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKD')
    .replace(optionalMarks, '')
    .replaceAll('ς', 'σ')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}

/** Whether a word may begin or end at this place. */
function isEdge(text: string, at: number): boolean {
  const before = characterBefore(text, at);
  const after = String.fromCodePoint(text.codePointAt(at) ?? 0x20);
  if (!wordCharacter.test(before) || !wordCharacter.test(after)) return true;
  return unspaced.test(before) || unspaced.test(after);
}

function characterBefore(text: string, at: number): string {
  const pair = text.codePointAt(at - 2) ?? 0;
  return pair > 0xffff ? String.fromCodePoint(pair) : text.slice(Math.max(0, at - 1), at);
}
