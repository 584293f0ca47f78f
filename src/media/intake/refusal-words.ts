import type { MediaKind } from '../media-kind.ts';
import { endingOf } from './file-classes.ts';
import type { Refusal } from './refusal.ts';
import { limitText } from './size-limits.ts';

/** A file that was refused, as it was said to be. */
export type RefusedFile = {
  because: Refusal;
  kind: MediaKind | undefined;
  mimeType?: string | undefined;
  filename?: string | undefined;
};

/** What was wrong with a file, in plain words that go on from "it": "is larger than 20 MB …". */
export function refusalWords(file: RefusedFile): string {
  switch (file.because) {
    case 'empty':
      return 'is empty';
    case 'too_large':
      return `is larger than ${limitText(file.kind ?? 'document')}, the most that can be accepted`;
    case 'not_what_it_claims':
      return `is not ${claimedName(file)} that it claims to be`;
    case 'type_not_allowed':
      return `is of a kind that is not accepted${advice(file)}`;
    case 'unreadable':
      return 'is damaged or incomplete and cannot be read';
    case 'infected':
      return 'was found to contain malware';
  }
}

const names: Record<string, string> = {
  'image/jpeg': 'JPEG picture',
  'image/jpg': 'JPEG picture',
  'image/png': 'PNG picture',
  'image/webp': 'WebP picture',
  'image/gif': 'GIF picture',
  'application/pdf': 'PDF',
  'application/zip': 'ZIP archive',
};
const kindNames: Record<MediaKind, string> = {
  image: 'picture',
  sticker: 'sticker',
  video: 'video',
  audio: 'audio file',
  document: 'document',
};
const families: [string, string][] = [
  ['image/', 'picture'],
  ['video/', 'video'],
  ['audio/', 'audio file'],
  ['text/', 'text'],
];

function claimedName({ kind, mimeType = '', filename = '' }: RefusedFile): string {
  const [bare = ''] = mimeType.toLowerCase().split(';');
  const family = families.find(([start]) => bare.startsWith(start))?.[1];
  const name = names[bare.trim()] ?? family;
  if (name !== undefined) return `the ${name}`;
  const ending = endingOf(filename);
  if (/^[a-z0-9]{1,5}$/.test(ending)) return `the ${ending.toUpperCase()} file`;
  return kind === undefined ? 'the file' : `the ${kindNames[kind]}`;
}

function advice({ kind, mimeType = '', filename = '' }: RefusedFile): string {
  const isHeic = /^image\/hei[cf]/.test(mimeType) || ['heic', 'heif'].includes(endingOf(filename));
  if (isHeic) return ' (HEIC); it can be sent as a JPEG';
  const isPicture = kind === 'image' || kind === 'sticker' || mimeType.startsWith('image/');
  return isPicture ? '; a picture can be sent as JPEG, PNG, WebP or GIF' : '';
}
