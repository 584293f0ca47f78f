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
import { mediaKey } from './media-keys.ts';
import type { MediaStore } from './media-store.ts';
import { removeUnowned } from './remove-unowned.ts';
import { sniffType } from './sniff-type.ts';

/** Fetches a file from the provider that holds it; throws a TransientError when it may come later. */
export type DownloadAttachment = (
  attachment: ClaimedAttachment,
  accessToken: string,
  maxBytes: number,
) => Promise<{ bytes: Uint8Array; mimeType: string }>;

export type FetchDeps = {
  app: Pool;
  vault: Vault;
  store: MediaStore;
  download: DownloadAttachment;
  random: () => number;
  log: Log;
};

/** The largest file that WhatsApp lets a customer send (providers' media limits). */
const maxBytes = 100 * 1024 * 1024;
const maxAttempts = 6;

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
    const { bytes, mimeType } = await deps.download(claimed, accessToken, maxBytes);
    const storageKey = mediaKey(claimed);
    const type = sniffType(bytes)?.mimeType ?? mimeType;
    await deps.store.put(storageKey, bytes, type);
    return { status: 'stored', storageKey, mimeType: type, sizeBytes: bytes.length };
  } catch (error) {
    const { attachmentId, attempts } = claimed;
    deps.log.warn('attachment not fetched', { attachmentId, attempts, error: errorText(error) });
    if (!(error instanceof TransientError) || attempts >= maxAttempts) {
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
}
