/**
 * Finds a quote in the message it is said to be from and answers it as it stands there; undefined when it is
 * not there. Models change case, spaces, dashes and quotation marks when they copy: that much is forgiven,
 * because what is kept is the message's own text. Nothing else is.
 */
export function findQuote(text: string, quote: string): string | undefined {
  const wanted = quote.trim();
  if (wanted === '') return undefined;
  if (text.includes(wanted)) return wanted;
  const plainWanted = plain(trimmed(wanted)).text.trim();
  if (plainWanted === '') return undefined;
  const searched = plain(text);
  const start = searched.text.indexOf(plainWanted);
  if (start < 0) return undefined;
  const from = searched.places[start] ?? 0;
  const to = searched.places[start + plainWanted.length] ?? text.length;
  return text.slice(from, to).trim();
}

/** Without the marks that a model puts around or at the end of what it quotes. */
function trimmed(quote: string): string {
  return quote.replace(/^["'“”„«»‘’…\s]+|["'“”„«»‘’…\s]+$|\.{3}$/gu, '');
}

/** Comparable text, with the place in the original for each of its UTF-16 units. */
function plain(text: string): { text: string; places: number[] } {
  let result = '';
  const places: number[] = [];
  let place = 0;
  for (const character of text) {
    const kept = plainCharacter(character);
    const isSecondSpace = kept === ' ' && result.endsWith(' ');
    if (!isSecondSpace) {
      result += kept;
      for (let unit = 0; unit < kept.length; unit += 1) places.push(place);
    }
    place += character.length;
  }
  return { text: result, places };
}

function plainCharacter(character: string): string {
  if (/\s/u.test(character)) return ' ';
  if (/[‘’‚‛′`´]/u.test(character)) return "'";
  if (/[“”„‟″«»]/u.test(character)) return '"';
  if (/[‐‑‒–—―−]/u.test(character)) return '-';
  return character.toLowerCase();
}
