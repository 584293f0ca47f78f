/** What a browser says of the page that a request comes from. */
export type Page = { origin: string | undefined; fetchSite: string | undefined };

/**
 * Whether a page may use a chat. Without a list any may. The chat's own pages may as well: a request of theirs to
 * their own host names no origin.
 */
export function mayUseFrom({ origin, fetchSite }: Page, allowed: string[] | undefined): boolean {
  if (allowed === undefined) return true;
  if (origin === undefined) return fetchSite === 'same-origin';
  return allowed.includes(origin.toLowerCase()) || fetchSite === 'same-origin';
}
