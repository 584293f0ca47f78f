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
  /** Deleting what is not there is fine. */
  delete(key: string): Promise<void>;
}
