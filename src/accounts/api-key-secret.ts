import { createHash, randomBytes } from 'node:crypto';

/** A new key in clear: shown once, kept only as its hash. 256 random bits, so that a plain SHA-256 is enough. */
export function newApiKey(): string {
  return `rk_${randomBytes(32).toString('base64url')}`;
}

/** What is kept of a key, and what it is looked up by. */
export function hashOfKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
