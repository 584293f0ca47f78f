const ends = {
  sentence: /[!?;\n。！？؟।…]|[.](?=\s|$)/gu,
  clause: /[!?;\n。！？؟।…，、،]|[.,:](?=\s|$)/gu,
};
const longest = 110;

/** The clause or sentence around a match in its text, copied exactly, without the spaces around it. */
export function around(match: RegExpExecArray, what: keyof typeof ends): string {
  const { input: text, index: start } = match;
  const end = start + match[0].length;
  let from = 0;
  let to = text.length;
  for (const { index, 0: mark } of text.matchAll(ends[what])) {
    if (index + mark.length <= start) from = index + mark.length;
    if (index >= end) {
      to = index;
      break;
    }
  }
  if (to - from > longest) {
    from = afterSpace(text, Math.max(from, start - 40), start);
    to = beforeSpace(text, end, Math.min(to, from + longest));
  }
  // Half an emoji is no text.
  return text
    .slice(from, to)
    .replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '')
    .trim();
}

/** The same clause in at most so many words. */
export function shortClause(clause: string, words: number): string {
  const all = clause.split(/\s+/);
  return all.length <= words ? clause : all.slice(0, words).join(' ');
}

function afterSpace(text: string, from: number, until: number): number {
  if (from === 0) return 0;
  const space = text.slice(from, until).search(/\s/);
  return space === -1 ? from : from + space;
}

function beforeSpace(text: string, from: number, until: number): number {
  if (until >= text.length || until <= from) return Math.max(from, until);
  const space = text.slice(from, until).search(/\s\S*$/);
  return space === -1 ? until : from + space;
}
