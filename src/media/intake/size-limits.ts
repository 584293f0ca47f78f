import type { MediaKind } from '../media-kind.ts';

const megabyte = 1024 * 1024;

/** The largest file of each kind that we keep: at least what each channel lets a customer send. */
export const maxBytesOf: Record<MediaKind, number> = {
  image: 20 * megabyte,
  sticker: 20 * megabyte,
  audio: 16 * megabyte,
  video: 64 * megabyte,
  document: 100 * megabyte,
};

/** The largest file of any kind. */
export const maxFileBytes = Math.max(...Object.values(maxBytesOf));

/** The limit of a kind as people say it. */
export function limitText(kind: MediaKind): string {
  return `${maxBytesOf[kind] / megabyte} MB`;
}
