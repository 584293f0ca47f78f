import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { PermanentError } from './errors.ts';

/** A secret that was encrypted with another key, or changed since. */
export class UndecipherableSecret extends PermanentError {
  override readonly code = 'secret.undecipherable';
}

/** Encrypts secrets at rest and derives what else the installation's key stands for. */
export interface Vault {
  /** AES-256-GCM; `boundTo` (the row's id) must be the same to decrypt, so that a ciphertext cannot be moved to another row. */
  encrypt(secret: string, boundTo: string): string;
  /** Throws UndecipherableSecret. */
  decrypt(ciphertext: string, boundTo: string): string;
  /** A stable value for a purpose, e.g. a database role's password; tells nothing of the key. */
  derive(purpose: string): string;
}

const maxOpened = 1_000;

/** `key` is 32 bytes. */
export function createVault(key: Buffer): Vault {
  const dataKey = Buffer.from(hkdfSync('sha256', key, '', 'rapport secrets', 32));
  // Every send needs its account's token, and a decryption costs as much as half a query.
  const opened = new Map<string, string>();
  const decrypt = (ciphertext: string, boundTo: string): string => {
    const bytes = Buffer.from(ciphertext.replace(/^v1:/, ''), 'base64');
    const decipher = createDecipheriv('aes-256-gcm', dataKey, bytes.subarray(0, 12));
    decipher.setAAD(Buffer.from(boundTo));
    decipher.setAuthTag(bytes.subarray(12, 28));
    return decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8');
  };
  return {
    encrypt(secret, boundTo) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', dataKey, iv);
      cipher.setAAD(Buffer.from(boundTo));
      const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return `v1:${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')}`;
    },
    decrypt(ciphertext, boundTo) {
      const place = `${boundTo} ${ciphertext}`;
      const known = opened.get(place);
      if (known !== undefined) return known;
      try {
        const secret = decrypt(ciphertext, boundTo);
        if (opened.size >= maxOpened) opened.clear();
        opened.set(place, secret);
        return secret;
      } catch {
        throw new UndecipherableSecret(
          'A stored secret cannot be read with this ENCRYPTION_KEY. Start with the key it was stored with, or set the secret again.',
        );
      }
    },
    derive: (purpose) => createHmac('sha256', key).update(purpose).digest('base64url'),
  };
}
