import type { MediaType } from './media-type.ts';

const video = { mimeType: 'video/mp4', extension: 'mp4' };

/** By the first four letters of a brand, or the first three; the brands are registered at mp4ra.org. */
const brands: Record<string, MediaType> = {
  M4A: { mimeType: 'audio/mp4', extension: 'm4a' },
  M4B: { mimeType: 'audio/mp4', extension: 'm4a' },
  '3gp': { mimeType: 'video/3gpp', extension: '3gp' },
  '3g2': { mimeType: 'video/3gpp2', extension: '3g2' },
  qt: { mimeType: 'video/quicktime', extension: 'mov' },
  heic: { mimeType: 'image/heic', extension: 'heic' },
  heix: { mimeType: 'image/heic', extension: 'heic' },
  mif1: { mimeType: 'image/heif', extension: 'heif' },
  avif: { mimeType: 'image/avif', extension: 'avif' },
};

/** The kind of ISO media file, by its major brand; a brand without a kind of its own is an MP4. */
export function isoMediaType(bytes: Uint8Array): MediaType {
  const brand = String.fromCharCode(...bytes.subarray(8, 12)).trim();
  return brands[brand] ?? brands[brand.slice(0, 3)] ?? video;
}
