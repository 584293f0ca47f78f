import type { MediaKind } from '../media-kind.ts';
import type { FileScanner } from './file-scanner.ts';
import { type CleanPicture, cleanableTypes, type Thumbnail } from './image-cleaner.ts';
import { type Claims, judgeType } from './judge-type.ts';
import type { Refusal } from './refusal.ts';
import { maxBytesOf } from './size-limits.ts';

/** Why a file may not be kept; its kind is what the bytes are where they tell, and else what was claimed. */
export type Refused = { isAccepted: false; because: Refusal; kind: MediaKind | undefined };

export type TakeInDeps = { cleanPicture: CleanPicture; scanner: FileScanner | undefined };

/** A file as it may be kept and shown, or why it may not. Only pictures have a size in pixels and a thumbnail. */
export type TakenIn =
  | {
      isAccepted: true;
      bytes: Uint8Array;
      mimeType: string;
      kind: MediaKind;
      width: number | null;
      height: number | null;
      thumbnail: Thumbnail | null;
    }
  | Refused;

/**
 * Takes a file in, wherever it comes from: judged by its bytes, measured, scanned if there is a scanner, and a picture
 * written anew without what its maker's device wrote into it. Throws ScannerUnavailable.
 */
export async function takeIn(
  deps: TakeInDeps,
  bytes: Uint8Array,
  claims: Claims,
): Promise<TakenIn> {
  if (bytes.length === 0) return refused('empty', claims.kind);
  const verdict = judgeType(bytes, claims);
  if (!verdict.isAllowed) return refused(verdict.because, claims.kind);
  const { kind, mimeType } = verdict;
  if (bytes.length > maxBytesOf[kind]) return refused('too_large', kind);
  const scanned = await deps.scanner?.scan(bytes);
  if (scanned !== undefined && scanned !== 'clean') return refused(scanned, kind);
  if (!cleanableTypes.has(mimeType)) {
    return { isAccepted: true, bytes, mimeType, kind, width: null, height: null, thumbnail: null };
  }
  const picture = await deps.cleanPicture(bytes, mimeType);
  return picture === undefined
    ? refused('unreadable', kind)
    : { isAccepted: true, kind, ...picture };
}

function refused(because: Refusal, kind: MediaKind | undefined): Refused {
  return { isAccepted: false, because, kind };
}
