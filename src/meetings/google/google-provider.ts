/** Where Google is, or its simulator in its place, and the app by which businesses are asked. */
export type GoogleProvider = {
  apiUrl: string;
  authUrl: string;
  tokenUrl: string;
  revokeUrl: string;
  /** Undefined where the installation has none: no calendar can be connected. */
  app: { id: string; secret: string } | undefined;
};

/** The provider by its addresses; tokens are given back next to where they come from. */
export function googleProvider(given: Omit<GoogleProvider, 'revokeUrl'>): GoogleProvider {
  return { ...given, revokeUrl: new URL('revoke', given.tokenUrl).href };
}
