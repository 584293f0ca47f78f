import { createHash, randomBytes } from 'node:crypto';

/** A new API key of a tenant, with 256 bits of chance; shown once and stored as its hash only. */
export function newApiKey(): string {
  return `rk_${randomBytes(32).toString('base64url')}`;
}

/** What is stored of a key. A key has enough chance in it to need no slow hash. */
export function hashApiKey(apiKey: string): Buffer {
  return createHash('sha256').update(apiKey).digest();
}
