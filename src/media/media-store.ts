import type { Readable } from 'node:stream';

export type StoredMedia = { bytes: Uint8Array; mimeType: string };

/**
 * Keeps the files of conversations, by the keys of `mediaKey`. Throws the classes of `media-errors.ts`.
 * A file is there whole or not at all, whoever is killed when.
 */
export interface MediaStore {
  /** Once it resolves the file survives a crash. Putting the same key again replaces the file. */
  put(key: string, bytes: Uint8Array, mimeType: string): Promise<void>;
  /** Throws MediaNotFound when there is none. */
  get(key: string): Promise<StoredMedia>;
  /** The bytes as they are read, or a part of them, from `start` to `end` inclusive. Throws MediaNotFound. */
  stream(key: string, part?: { start: number; end: number }): Promise<Readable>;
  /** Deleting what is not there is fine. */
  delete(key: string): Promise<void>;
}
