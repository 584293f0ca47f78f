const mayEnd = /[.!?…]+["'”’»)\]*_]*(?=\s|$|\p{Extended_Pictographic})\s*|[。！？]\s*|\s*\n\s*/gu;
const afterAbbreviation =
  /(?:^|[^\p{L}])(?:\d{1,3}|dr|dra|mr|mrs|ms|prof|sr|sra|hr|fr|st|nr|no|bzw|ca|tel|approx|z\.\s?b|e\.g|i\.e|[ap]\.m)\.\s+$/iu;
const quoted = /„[^“”]*[“”]|“[^”]*”|«[^»]*»|"[^"]*"/gu;
/** A quote that nobody closes may not swallow a whole answer. */
const longestQuote = 400;

/**
 * The sentences of a text, each with what stands between it and the next; joined they are the text. A date, an
 * abbreviation, an open quote and a line that ends in a colon do not end one.
 */
export function splitSentences(text: string): string[] {
  const sentences: string[] = [];
  let from = 0;
  for (const end of text.matchAll(mayEnd)) {
    const until = end.index + end[0].length;
    const sentence = text.slice(from, until);
    if (!isWhole(sentence)) continue;
    sentences.push(sentence);
    from = until;
  }
  if (from < text.length) sentences.push(text.slice(from));
  return sentences;
}

function isWhole(sentence: string): boolean {
  if (sentence.trim() === '' || /[:,]\s+$/.test(sentence)) return false;
  if (afterAbbreviation.test(sentence) && !/\n\s*$/.test(sentence)) return false;
  return sentence.length > longestQuote || !/[„“”«»"]/.test(sentence.replaceAll(quoted, ''));
}

/**
 * A sentence as the patterns of promises expect it: small letters without accents, straight apostrophes, no
 * emojis or markdown, and without what it only quotes.
 */
export function plainSentence(sentence: string): string {
  const own = sentence.replaceAll(quoted, ' ');
  // An answer that stands in quotes as a whole is the answer all the same.
  const said = /\p{L}/u.test(own) ? own : sentence.replaceAll(/[„“”«»"]/g, ' ');
  return said
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll(/[’‘ʼ´`]/g, "'")
    .replaceAll(/[‐‑]/g, '-')
    .replaceAll(/[*_~#>|]|\p{Extended_Pictographic}|¿[^?]*\?/gu, ' ')
    .replaceAll(/\b(?:no|not a) (?:problem|worries)\b/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ (?=[.,!?;:])/g, '')
    .trim();
}
