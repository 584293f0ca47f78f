import type { AttachmentRef, KeptFile } from './claim-attachments.ts';
import type { TakenIn } from './intake/take-in.ts';
import { mediaKey, thumbnailKey } from './media-keys.ts';
import type { MediaStore } from './media-store.ts';

/** Puts a file that was taken in into the store, its thumbnail first: whoever finds the file finds that too. */
export async function keepFile(
  store: MediaStore,
  attachment: AttachmentRef,
  file: Extract<TakenIn, { isAccepted: true }>,
): Promise<KeptFile> {
  const { bytes, mimeType, kind, width, height, thumbnail } = file;
  const storageKey = mediaKey(attachment);
  if (thumbnail !== null) await store.put(thumbnailKey(storageKey), thumbnail.bytes, 'image/webp');
  await store.put(storageKey, bytes, mimeType);
  return {
    storageKey,
    thumbnailKey: thumbnail === null ? null : thumbnailKey(storageKey),
    kind,
    mimeType,
    sizeBytes: bytes.length,
    width,
    height,
  };
}
