import { backoffMs } from '../lib/clock.ts';
import type { Pool } from '../lib/db.ts';
import type { Vault } from '../lib/encryption.ts';
import { errorText, TransientError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import {
  type AttachmentRef,
  type ClaimedAttachment,
  claimAttachments,
  type FetchRecord,
  recordFetch,
} from './claim-attachments.ts';
import { ScannerUnavailable } from './intake/file-scanner.ts';
import { maxFileBytes } from './intake/size-limits.ts';
import { type Refused, type TakeInDeps, takeIn } from './intake/take-in.ts';
import { keepFile } from './keep-file.ts';
import { MediaTooLarge } from './media-errors.ts';
import type { MediaStore } from './media-store.ts';
import { removeUnowned } from './remove-unowned.ts';

/** Fetches a file from the provider that holds it; throws MediaTooLarge, or a TransientError when it may come later. */
export type DownloadAttachment = (
  attachment: ClaimedAttachment,
  accessToken: string,
  maxBytes: number,
) => Promise<{ bytes: Uint8Array; mimeType: string }>;

export type FetchDeps = TakeInDeps & {
  app: Pool;
  vault: Vault;
  store: MediaStore;
  download: DownloadAttachment;
  random: () => number;
  log: Log;
};

const maxAttempts = 6;
/** A scanner that is away may be away for long: a day, at the longest wait between attempts. */
const maxAttemptsToScan = 1_440;

/**
 * Brings waiting attachments from their provider into the store, early, because the provider keeps
 * them for a short time. Each is fetched by one process; what fails is tried again a few times.
 */
export async function fetchAttachments(deps: FetchDeps, wanted: AttachmentRef[]): Promise<void> {
  for (const claimed of await claimAttachments(deps.app, wanted)) {
    const record = await fetchOne(deps, claimed);
    await recordFetch(deps.app, claimed, record);
    if (record.status === 'stored') await removeUnowned(deps, claimed);
  }
}

async function fetchOne(deps: FetchDeps, claimed: ClaimedAttachment): Promise<FetchRecord> {
  try {
    const accessToken = deps.vault.decrypt(claimed.accessToken, claimed.phoneNumberId);
    const { bytes, mimeType } = await deps.download(claimed, accessToken, maxFileBytes);
    const { kind, filename } = claimed;
    const taken = await takeIn(deps, bytes, {
      kind,
      mimeType: claimed.mimeType ?? mimeType,
      filename: filename ?? undefined,
    });
    if (!taken.isAccepted) return refused(deps, claimed, taken);
    return { status: 'stored', file: await keepFile(deps.store, claimed, taken) };
  } catch (error) {
    return error instanceof MediaTooLarge
      ? refused(deps, claimed, { because: 'too_large', kind: claimed.kind })
      : failed(deps, claimed, error);
  }
}

function refused(
  deps: FetchDeps,
  { attachmentId }: ClaimedAttachment,
  { because, kind }: Pick<Refused, 'because' | 'kind'>,
): FetchRecord {
  deps.log.info('attachment refused', { attachmentId, kind, because });
  return { status: 'failed', error: 'refused', refused: { because, kind } };
}

function failed(deps: FetchDeps, claimed: ClaimedAttachment, error: unknown): FetchRecord {
  const { attachmentId, attempts } = claimed;
  deps.log.warn('attachment not fetched', { attachmentId, attempts, error: errorText(error) });
  const patience = error instanceof ScannerUnavailable ? maxAttemptsToScan : maxAttempts;
  if (!(error instanceof TransientError) || attempts >= patience) {
    return { status: 'failed', error: errorText(error) };
  }
  const waitMs = backoffMs({
    attempt: attempts,
    baseMs: 1_000,
    maxMs: 60_000,
    random: deps.random,
  });
  return {
    status: 'pending',
    error: errorText(error),
    againInMs: Math.max(waitMs, error.retryAfterMs ?? 0),
  };
}
