/** An address that a link may lead to; undefined for everything that could run or pretend. */
export function safeHref(address: string): string | undefined {
  try {
    const url = new URL(address);
    return ['http:', 'https:', 'mailto:', 'tel:'].includes(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

const addressHere = /(?:https?:\/\/|www\.)[^\s<>"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/iy;

/** The web or mail address that begins at this place of a text, without the punctuation behind it. */
export function addressIn(text: string, at: number): { text: string; href: string } | undefined {
  addressHere.lastIndex = at;
  const found = addressHere.exec(text)?.[0];
  if (found === undefined) return undefined;
  const address = withoutPunctuation(found);
  const isWhole = /^https?:/i.test(address);
  const href = safeHref(
    isWhole ? address : `${address.includes('@') ? 'mailto:' : 'https://'}${address}`,
  );
  return href === undefined ? undefined : { text: address, href };
}

function withoutPunctuation(address: string): string {
  const bare = address.replace(/[.,;:!?'"*_~\]]+$/, '');
  const isUnbalanced = bare.endsWith(')') && bare.split('(').length < bare.split(')').length;
  return isUnbalanced ? withoutPunctuation(bare.slice(0, -1)) : bare;
}
