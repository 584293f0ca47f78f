import { isObject, numberAt, parseObject, textAt } from '../lib/json.ts';

/** What a person allowed, and whom. */
export type Grant = { email: string; scopes: string[] };

/** A code that the consent page gave, for one exchange within its life. */
export type IssuedCode = Grant & {
  clientId: string;
  redirectUri: string;
  challenge: string;
  /** Whether a refresh token comes with it. */
  isOffline: boolean;
  expiresAt: number;
};

/** A token that was given. It carries what it is, so that it is good after the simulators began anew. */
type Token = Grant & { kind: 'access' | 'refresh'; issuedAt: number; expiresAt: number | null };

/** Every code that was given, and whose tokens are good for nothing any more. */
export type TokenBook = {
  codes: Map<string, IssuedCode>;
  access(grant: Grant, options: { now: number; lifeMs: number }): string;
  refresh(grant: Grant, now: number): string;
  /** Whose token it is, if it is good now. */
  read(token: string, kind: Token['kind'], now: number): Grant | undefined;
  /** Every token that the account was given so far is refused from now on. */
  revoke(email: string): void;
  clear(): void;
};

const prefixes = { access: 'ya29.sim-', refresh: '1//sim-' };

/** Opens a book in which nothing is revoked. */
export function createTokenBook(): TokenBook {
  const codes = new Map<string, IssuedCode>();
  /** The tokens by their count: those up to it are revoked. Tokens of another run count as the oldest. */
  const revokedUpTo = new Map<string, number>();
  const counts = new Map<string, number>();
  let count = 0;
  const write = (token: Token): string => {
    count += 1;
    const text = Buffer.from(JSON.stringify({ ...token, count })).toString('base64url');
    const written = `${prefixes[token.kind]}${text}`;
    counts.set(written, count);
    return written;
  };
  return {
    codes,
    access: (grant, { now, lifeMs }) =>
      write({ ...grant, kind: 'access', issuedAt: now, expiresAt: now + lifeMs }),
    refresh: (grant, now) => write({ ...grant, kind: 'refresh', issuedAt: now, expiresAt: null }),
    read(token, kind, now) {
      const known = readToken(token, kind);
      if (known === undefined) return undefined;
      if (known.expiresAt !== undefined && known.expiresAt <= now) return undefined;
      const end = revokedUpTo.get(known.email);
      if (end !== undefined && (counts.get(token) ?? 0) <= end) return undefined;
      return { email: known.email, scopes: known.scopes };
    },
    revoke: (email) => {
      revokedUpTo.set(email, count);
    },
    clear() {
      codes.clear();
      revokedUpTo.clear();
    },
  };
}

/** Whose a token is, good or not; undefined for what never was one. */
export function ownerOf(token: string): string | undefined {
  return (readToken(token, 'access') ?? readToken(token, 'refresh'))?.email;
}

function readToken(token: string, kind: Token['kind']) {
  const prefix = prefixes[kind];
  if (!token.startsWith(prefix)) return undefined;
  const body = parseObject(Buffer.from(token.slice(prefix.length), 'base64url'));
  if (!isObject(body)) return undefined;
  const email = textAt(body, 'email');
  const scopes = Array.isArray(body['scopes'])
    ? body['scopes'].filter((one) => typeof one === 'string')
    : [];
  return email === undefined
    ? undefined
    : { email, scopes, expiresAt: numberAt(body, 'expiresAt') };
}
