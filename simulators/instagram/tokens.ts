import { createRecentMap } from '../lib/recent-map.ts';
import type { InstagramError } from './errors.ts';

/** A code that the consent screen gave, for one exchange within its life. */
export type IssuedCode = {
  login: 'instagram' | 'facebook';
  redirectUri: string;
  accountIds: string[];
  scopes: string[];
  expiresAt: number;
};

/** A token that the simulator gave. */
export type IssuedToken = {
  /** `hour` and `lasting` of Instagram's login, `person` and `page` of Facebook's. */
  kind: 'hour' | 'lasting' | 'person' | 'page';
  accountIds: string[];
  scopes: string[];
  issuedAt: number;
  /** Undefined: never. */
  expiresAt: number | undefined;
};

/** Every code and token that was given, and whose tokens are good for nothing any more. */
export type TokenBook = {
  codes: Map<string, IssuedCode>;
  find(token: string): IssuedToken | undefined;
  add(token: string, issued: IssuedToken): void;
  /** From now on every token of the account that was given before is refused; `subcode` says why. */
  revoke(accountId: string, subcode: number): void;
  /** Why a token is refused for an account; undefined when it is taken. Tokens that nobody gave count as old. */
  refusal(token: string, accountId: string, now: number): InstagramError | undefined;
  clear(): void;
};

export function createTokenBook(): TokenBook {
  const codes = new Map<string, IssuedCode>();
  const tokens = createRecentMap<IssuedToken & { order: number }>(10_000);
  const revoked = new Map<string, { order: number; subcode: number }>();
  let order = 0;
  return {
    codes,
    find: (token) => tokens.get(token),
    add(token, issued) {
      order += 1;
      tokens.set(token, { ...issued, order });
    },
    revoke(accountId, subcode) {
      order += 1;
      revoked.set(accountId, { order, subcode });
    },
    refusal(token, accountId, now) {
      const issued = tokens.get(token);
      if (issued?.expiresAt !== undefined && issued.expiresAt <= now) {
        return { code: 190, subcode: 463 };
      }
      const end = revoked.get(accountId);
      if (end === undefined || (issued?.order ?? 0) > end.order) return undefined;
      const message = `Error validating access token: The session has been invalidated. Token: ${token}`;
      return { code: 190, subcode: end.subcode, message };
    },
    clear() {
      codes.clear();
      tokens.clear();
      revoked.clear();
    },
  };
}
