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
  /** A stable value for a purpose, e.g. a database role's password; tells nothing of the key, and changes with it. */
  derive(purpose: string): string;
  /** The same value by the current key and by each previous one: for what lasts longer than a key. */
  deriveAll(purpose: string): string[];
  /** Whether the ciphertext was made with the current key, so that it outlives the previous ones. */
  isCurrent(ciphertext: string): boolean;
}

const maxOpened = 1_000;

/** The installation's keys, 32 bytes each: secrets are encrypted with the current one, and read with any. */
export type VaultKeys = { current: Buffer; previous?: readonly Buffer[] };

/** Opens the vault of an installation. */
export function createVault({ current, previous = [] }: VaultKeys): Vault {
  const keys = [current, ...previous].map(dataKeyOf);
  const [mine = dataKeyOf(current)] = keys;
  const mark = `v2:${mine.id}:`;
  // Every send needs its account's token, and a decryption costs as much as half a query.
  const opened = new Map<string, string>();
  return {
    encrypt(secret, boundTo) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', mine.bytes, iv);
      cipher.setAAD(Buffer.from(boundTo));
      const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return `${mark}${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')}`;
    },
    decrypt(ciphertext, boundTo) {
      const place = `${boundTo} ${ciphertext}`;
      const known = opened.get(place);
      if (known !== undefined) return known;
      const secret = open(keys, ciphertext, boundTo);
      if (opened.size >= maxOpened) opened.clear();
      opened.set(place, secret);
      return secret;
    },
    derive: (purpose) => derived(current, purpose),
    deriveAll: (purpose) => [current, ...previous].map((key) => derived(key, purpose)),
    isCurrent: (ciphertext) => ciphertext.startsWith(mark),
  };
}

/** A key that secrets are encrypted with, and its name in front of them; the name tells nothing of the key. */
type DataKey = { id: string; bytes: Buffer };

function dataKeyOf(key: Buffer): DataKey {
  return {
    id: Buffer.from(hkdfSync('sha256', key, '', 'rapport key id', 4)).toString('hex'),
    bytes: Buffer.from(hkdfSync('sha256', key, '', 'rapport secrets', 32)),
  };
}

const form = /^(?:v2:(?<id>[0-9a-f]{8}):|v1:)(?<body>[A-Za-z0-9+/]+=*)$/;

/** Reads with the key that is named. The first form names none, so that each is tried. Throws UndecipherableSecret. */
function open(keys: DataKey[], ciphertext: string, boundTo: string): string {
  const { id, body = '' } = form.exec(ciphertext)?.groups ?? {};
  const named = keys.filter((key) => id === undefined || key.id === id);
  for (const { bytes } of named) {
    const secret = openWith(bytes, Buffer.from(body, 'base64'), boundTo);
    if (secret !== undefined) return secret;
  }
  throw new UndecipherableSecret(
    'A stored secret cannot be read with this ENCRYPTION_KEY. Start with the key it was stored with, now or as one of ENCRYPTION_KEY_PREVIOUS, or set the secret again.',
  );
}

function openWith(key: Buffer, bytes: Buffer, boundTo: string): string | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
    decipher.setAAD(Buffer.from(boundTo));
    decipher.setAuthTag(bytes.subarray(12, 28));
    return decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

function derived(key: Buffer, purpose: string): string {
  return createHmac('sha256', key).update(purpose).digest('base64url');
}
