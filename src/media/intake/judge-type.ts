import type { MediaKind } from '../media-kind.ts';
import { sniffType } from '../sniff-type.ts';
import { classOfName, classOfType, type FileClass } from './file-classes.ts';
import { cleanableTypes } from './image-cleaner.ts';

/** What a file is said to be. Without a `kind` the bytes decide. */
export type Claims = {
  kind?: MediaKind | undefined;
  mimeType?: string | undefined;
  filename?: string | undefined;
};

/** What a file is, or why it is not taken. */
export type TypeVerdict =
  | { isAllowed: true; kind: MediaKind; mimeType: string }
  | { isAllowed: false; because: 'not_what_it_claims' | 'type_not_allowed' };

/** What may be found where a class is claimed: senders mix these up, and no harm comes of it. */
const foundFor: Record<FileClass, readonly FileClass[]> = {
  image: ['image'],
  video: ['video', 'audio'],
  audio: ['audio', 'video'],
  text: ['text'],
  pdf: ['pdf'],
  // An old Word file may be RTF inside, and a new one may pass for any archive.
  office: ['office', 'archive', 'text'],
  archive: ['archive', 'office'],
  program: [],
};

/** What may be found in each kind; the story of a customer is announced as an image and may be a video. */
const foundIn: Record<MediaKind, readonly FileClass[]> = {
  image: ['image', 'video'],
  sticker: ['image'],
  video: ['video', 'audio'],
  audio: ['audio', 'video'],
  document: ['image', 'video', 'audio', 'text', 'pdf', 'office', 'archive'],
};

/** Judges by its bytes whether a file is what it is said to be, and whether we take such files. */
export function judgeType(bytes: Uint8Array, claims: Claims): TypeVerdict {
  const found = sniffType(bytes)?.mimeType;
  const foundClass = classOfType(found ?? '');
  const nameClass = classOfName(claims.filename ?? '');
  const claimedClass = classOfType(claims.mimeType ?? '') ?? nameClass;
  if (claimedClass === 'program' || nameClass === 'program') return notAllowed;
  return found === undefined || foundClass === undefined
    ? judgeUnknown(claims, claimedClass)
    : judgeFound({ type: found, class: foundClass }, claims, claimedClass);
}

const notAllowed = { isAllowed: false, because: 'type_not_allowed' } as const;
const notWhatItClaims = { isAllowed: false, because: 'not_what_it_claims' } as const;

function judgeFound(
  found: { type: string; class: FileClass },
  claims: Claims,
  claimedClass: FileClass | undefined,
): TypeVerdict {
  const isAsClaimed = claimedClass === undefined || foundFor[claimedClass].includes(found.class);
  if (!isAsClaimed) return notWhatItClaims;
  if (found.class === 'program') return notAllowed;
  if (claims.kind !== undefined && !foundIn[claims.kind].includes(found.class)) {
    return claimedClass === undefined ? notWhatItClaims : notAllowed;
  }
  const kind = kindOf(claims.kind, found.class, claimedClass);
  const mimeType = typeOf(kind, found.type, claims.mimeType);
  // What we cannot decode we cannot clean either; as a document people may send what they like.
  const isPicture = kind === 'image' || kind === 'sticker';
  return isPicture && !cleanableTypes.has(mimeType)
    ? notAllowed
    : { isAllowed: true, kind, mimeType };
}

/** Bytes that are nothing we know: a document if it claims nothing that we would have known. */
function judgeUnknown(claims: Claims, claimedClass: FileClass | undefined): TypeVerdict {
  // Text may be in an encoding that cannot be told from its bytes.
  if (claimedClass !== undefined && claimedClass !== 'text') return notWhatItClaims;
  if (claims.kind !== undefined && claims.kind !== 'document') return notWhatItClaims;
  const [bare = ''] = (claims.mimeType ?? '').toLowerCase().split(';');
  const isPlain = /^application\/[a-z0-9][a-z0-9.+-]{0,99}$/.test(bare) && claimedClass !== 'text';
  return {
    isAllowed: true,
    kind: 'document',
    mimeType: isPlain ? bare : 'application/octet-stream',
  };
}

function kindOf(
  claimed: MediaKind | undefined,
  found: FileClass,
  claimedClass: FileClass | undefined,
): MediaKind {
  if (claimed === 'document' || claimed === 'sticker') return claimed;
  if (found === 'image') return 'image';
  if (found !== 'video' && found !== 'audio') return 'document';
  // Whether there are pictures in it does not show from outside: what was recorded as sound is sound.
  return claimed === 'audio' || (claimed === undefined && claimedClass === 'audio')
    ? 'audio'
    : found;
}

const exactTexts = new Set(['text/csv', 'text/markdown', 'text/calendar', 'text/vcard']);

function typeOf(kind: MediaKind, found: string, claimed: string | undefined): string {
  if (kind === 'audio') return found.replace(/^video\//, 'audio/');
  const [bare = ''] = (claimed ?? '').toLowerCase().split(';');
  const name = bare.trim();
  // These say more than the bytes do, and nothing runs by them.
  if (found === 'text/plain' && exactTexts.has(name)) return name;
  return found === 'application/x-cfb' && classOfType(name) === 'office' ? name : found;
}
