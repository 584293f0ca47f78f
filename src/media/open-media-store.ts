import { type FolderMediaStoreOptions, openFolderMediaStore } from './folder-media-store.ts';
import type { MediaStore } from './media-store.ts';
import { openS3MediaStore, type S3MediaStoreOptions } from './s3-media-store.ts';

/** The bucket if one is configured, the folder otherwise. */
export function openMediaStore(options: {
  s3: S3MediaStoreOptions | undefined;
  folder: FolderMediaStoreOptions;
}): Promise<MediaStore> {
  return options.s3 === undefined
    ? openFolderMediaStore(options.folder)
    : openS3MediaStore(options.s3);
}
