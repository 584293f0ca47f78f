const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** What stands on a button, in at most so many UTF-16 units, cut after a word if there is one and never inside a character. */
export function cutLabel(label: string, maxLength: number): string {
  if (label.length <= maxLength) return label;
  let end = 0;
  for (const { index, segment } of graphemes.segment(label)) {
    if (index + segment.length > maxLength - 1) break;
    end = index + segment.length;
  }
  const cut = label.slice(0, end);
  const lastSpace = cut.lastIndexOf(' ');
  return `${(lastSpace > maxLength / 2 ? cut.slice(0, lastSpace) : cut).trimEnd()}…`;
}
