/** Line breaks, control characters, and the marks that turn the direction of what follows. */
const notOfOneLine = /[\s\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

/**
 * The text as one line of at most so many characters, cut with an ellipsis. What customers and the model write
 * goes through here before it stands in a message: nobody's name ends our line or begins one of its own.
 */
export function oneLine(text: string, maxLength: number): string {
  // Only the beginning can show; the rest of 50 kB need not be looked at.
  const beginning = text.slice(0, maxLength * 4).toWellFormed();
  return cutWithin(beginning.replace(notOfOneLine, ' ').trim(), maxLength);
}

/** One line, or null when nothing is left of it. */
export function lineOrNull(text: string | null, maxLength: number): string | null {
  const line = oneLine(text ?? '', maxLength);
  return line === '' ? null : line;
}

/**
 * The text with each character written as `escaped` says, cut so that the result is no longer than `maxLength`: an
 * escaped character is never cut in two.
 */
export function cutWithin(
  text: string,
  maxLength: number,
  escaped: (character: string) => string = (character) => character,
): string {
  const pieces = Array.from(text, escaped);
  const whole = pieces.join('');
  if (whole.length <= maxLength) return whole;
  let length = 0;
  const fitting = pieces.findIndex((piece) => {
    length += piece.length;
    return length > maxLength - 1;
  });
  return `${pieces
    .slice(0, fitting)
    .join('')
    .replace(/[\s…]+$/, '')}…`;
}
