import { cutText } from '../lib/safe-text.ts';

/** A customer's words in quotation marks on one line, cut to so many characters. */
export function quoted(text: string, maxCharacters: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const cut = cutText(line, maxCharacters);
  return JSON.stringify(cut === line ? line : `${cut}…`);
}

/** A size as people say it. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) {
    return `${bytes} bytes`;
  }
  return bytes < 1_000_000
    ? `${Math.round(bytes / 1000)} kB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
