import { createHash, createHmac, randomBytes } from 'node:crypto';

export type StoredMedia = { id: string; bytes: Buffer; mimeType: string; sha256: string };

/** The files that wait at the simulated provider. */
export type MediaStore = {
  /** Keeps a file; a given id replaces what was under it. */
  put(file: { bytes: Buffer; mimeType: string; id?: string }): StoredMedia;
  get(id: string): StoredMedia | undefined;
  /** The query of a download address that holds for 5 minutes (Meta: media URLs). */
  downloadQuery(id: string, nowMs: number): string;
  /** The file that a download query is for, unless it is forged or too old. */
  open(query: string, nowMs: number): StoredMedia | undefined;
  clear(): void;
};

const urlLifeMs = 5 * 60 * 1000;
const maxFiles = 2000;
/** All ids start so, which tells them from phone number ids. */
export const mediaIdPrefix = '990077';

export function createMediaStore(): MediaStore {
  const files = new Map<string, StoredMedia>();
  const key = randomBytes(16);
  // Ids differ from run to run, for the app may keep them longer than the simulator lives.
  const run = String(randomBytes(4).readUInt32BE()).padStart(10, '0');
  let count = 0;
  const proof = (id: string, expiresAt: string) =>
    createHmac('sha256', key).update(`${id} ${expiresAt}`).digest('hex');

  return {
    put(file) {
      count += 1;
      const id = file.id ?? `${mediaIdPrefix}${run}${count}`;
      const sha256 = createHash('sha256').update(file.bytes).digest('hex');
      const stored = { id, bytes: file.bytes, mimeType: file.mimeType, sha256 };
      files.set(id, stored);
      const [oldest] = files.keys();
      if (files.size > maxFiles && oldest !== undefined) files.delete(oldest);
      return stored;
    },
    get: (id) => files.get(id),
    downloadQuery(id, nowMs) {
      const expiresAt = String(nowMs + urlLifeMs);
      return `mid=${encodeURIComponent(id)}&ext=${expiresAt}&hash=${proof(id, expiresAt)}`;
    },
    open(query, nowMs) {
      const asked = new URLSearchParams(query);
      const id = asked.get('mid') ?? '';
      const expiresAt = asked.get('ext') ?? '';
      if (asked.get('hash') !== proof(id, expiresAt) || Number(expiresAt) < nowMs) return undefined;
      return files.get(id);
    },
    clear: () => files.clear(),
  };
}
