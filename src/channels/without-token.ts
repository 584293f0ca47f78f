/** A provider's explanation without the token, which it may repeat in whole or in part. */
export function withoutToken(text: string, token: string): string {
  return text
    .replaceAll(token, '[token]')
    .replace(/[\x21-\x7e]{8,}/g, (word) => (token.includes(word) ? '[token]' : word));
}
