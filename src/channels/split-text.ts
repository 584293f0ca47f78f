/** How large a piece may be, in the unit that a channel counts: UTF-16 units, or UTF-8 bytes. */
export type PieceSize = { limit: number; measure: (text: string) => number };

/** A cut leaves at least this share of a piece behind it, unless it is the only one between two words. */
const LEAST_FILL = 0.3;

const PARAGRAPH_END = /\n[^\S\n]*\n/g;
const LINE_END = /\n/g;
/** A full stop of any script; where the script sets no space after it, none is asked for. Begins at a run's first. */
const SENTENCE_END =
  /(?<![.!?…؟۔।॥])[.!?…؟۔।॥]+["'”’»)\]*_~]*(?=\s)|(?<![。！？．｡])[。！？．｡]+[”’」』）】]*/gu;
const WORD_END = /\s+/g;

/** What joins the character before it, so that no cut may stand before it: " ́" is one character. */
const JOINS_THE_LAST = /^\s*[\p{M}\u200d]/u;

/** How far behind a cut we look for what joins it. */
const LONGEST_LOOK = 64;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * The text in pieces of at most the limit, in order: cut after a paragraph, else a line, else a sentence, else a word,
 * else between two characters as people see them. Nothing is lost but white space at the cuts and the ends; no piece
 * is empty. A single character larger than the limit is cut between its code points. `measure` has to grow with the
 * text and count at least 1 for each UTF-16 unit.
 */
export function splitText(text: string, size: PieceSize): string[] {
  const pieces: string[] = [];
  let rest = withoutSpaceBefore(text.trimEnd());
  while (rest !== '') {
    const end = endOfPiece(rest, size);
    pieces.push(rest.slice(0, end).trimEnd());
    rest = withoutSpaceBefore(rest.slice(end));
  }
  return pieces.filter((piece) => piece !== '');
}

/** White space that a mark stands on is a character and stays. */
function withoutSpaceBefore(text: string): string {
  const trimmed = text.trimStart();
  return JOINS_THE_LAST.test(trimmed.slice(0, 2)) ? text : trimmed;
}

function endOfPiece(rest: string, size: PieceSize): number {
  const most = longestFit(rest, size);
  if (most === rest.length) {
    return most;
  }
  const least = most * LEAST_FILL;
  return (
    lastCut(rest, most, { at: PARAGRAPH_END, least, side: 'before' }) ??
    lastCut(rest, most, { at: LINE_END, least, side: 'before' }) ??
    lastCut(rest, most, { at: SENTENCE_END, least, side: 'after' }) ??
    lastCut(rest, most, { at: WORD_END, least: 1, side: 'before' }) ??
    characterEnd(rest, most)
  );
}

/** How many UTF-16 units from the start fit. */
function longestFit(rest: string, { limit, measure }: PieceSize): number {
  let low = 0;
  let high = Math.min(rest.length, limit);
  if (measure(rest.slice(0, high)) <= limit) {
    return high;
  }
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(rest.slice(0, middle)) <= limit) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

/** The last place to cut within the first `most` units, but not before `least`. */
function lastCut(
  rest: string,
  most: number,
  cut: { at: RegExp; least: number; side: 'before' | 'after' },
): number | undefined {
  // One unit more: a piece that is full to its last character ends before the space after it.
  const window = rest.slice(0, most + 1);
  return Array.from(window.matchAll(cut.at), (match) =>
    cut.side === 'before' ? match.index : match.index + match[0].length,
  ).findLast(
    (place) =>
      place >= cut.least &&
      place <= most &&
      !JOINS_THE_LAST.test(rest.slice(place, place + LONGEST_LOOK)),
  );
}

/** The last end of a character within the first `most` units; of a code point if the character is larger than that. */
function characterEnd(rest: string, most: number): number {
  const start = graphemes.segment(rest.slice(0, most + LONGEST_LOOK)).containing(most)?.index;
  if (start !== undefined && start > 0) {
    return start;
  }
  const isInPair = rest.charCodeAt(most - 1) >= 0xd800 && rest.charCodeAt(most - 1) <= 0xdbff;
  const end = isInPair ? most - 1 : most;
  return end > 0 ? end : String.fromCodePoint(rest.codePointAt(0) ?? 0).length;
}
