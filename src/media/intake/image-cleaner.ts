/** A small picture of a picture, in WebP. */
export type Thumbnail = { bytes: Uint8Array; width: number; height: number };

/** A picture without what its maker's device wrote into it, upright and in sRGB. */
export type CleanImage = {
  bytes: Uint8Array;
  mimeType: string;
  width: number;
  height: number;
  thumbnail: Thumbnail;
};

/** Types of pictures that can be cleaned; others are kept as documents or not at all. */
export const cleanableTypes: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/avif',
]);

/** Decodes a picture and writes it anew, so that only what is seen is left of it; undefined if it cannot be read. */
export type CleanPicture = (bytes: Uint8Array, mimeType: string) => Promise<CleanImage | undefined>;
