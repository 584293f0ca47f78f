import { z } from 'zod';
import { type Db, type Pool, rows } from '../../lib/db.ts';
import type { NewId } from '../../lib/ids.ts';
import { asTenant } from '../../lib/tenant.ts';
import { refusalWords } from '../intake/refusal-words.ts';
import { type TakeInDeps, takeIn } from '../intake/take-in.ts';
import { keepFile } from '../keep-file.ts';
import { MediaKind } from '../media-kind.ts';
import type { MediaStore } from '../media-store.ts';
import { removeUnowned } from '../remove-unowned.ts';
import { AttachmentRefused, UnknownAttachment } from './upload-errors.ts';

export type UploadDeps = TakeInDeps & { app: Pool; store: MediaStore; newId: NewId };

/** A file as somebody sends it to us, before the message that it is for. */
export type Upload = {
  userId: string;
  /** A visitor's address, or `tenant` for people of the business. */
  uploadedBy: string;
  bytes: Uint8Array;
  mimeType: string | undefined;
  filename: string | undefined;
  isVoiceNote: boolean;
};

/** A file that is there and that a message may take. */
export const UploadedFile = z.object({
  attachmentId: z.string(),
  kind: MediaKind,
  mimeType: z.string(),
  filename: z.string().nullable(),
  sizeBytes: z.coerce.number(),
  isVoiceNote: z.boolean(),
  width: z.number().nullable(),
  height: z.number().nullable(),
  hasThumbnail: z.boolean(),
});

export type UploadedFile = z.infer<typeof UploadedFile>;

const fileColumns = `attachment_id as "attachmentId", kind, mime_type as "mimeType", filename,
  size_bytes as "sizeBytes", is_voice_note as "isVoiceNote", width, height,
  thumbnail_key is not null as "hasThumbnail"`;

/**
 * Takes a file in and keeps it until a message takes it, for a day at most. The row comes before the file, so that
 * what a killed process leaves is found and removed. Throws AttachmentRefused, or ScannerUnavailable.
 */
export async function takeUpload(deps: UploadDeps, upload: Upload): Promise<UploadedFile> {
  const { userId, bytes, mimeType, filename, isVoiceNote } = upload;
  const claims = { mimeType, filename, ...(isVoiceNote ? { kind: 'audio' as const } : {}) };
  const taken = await takeIn(deps, bytes, claims);
  if (!taken.isAccepted) {
    const words = refusalWords({ ...claims, ...taken });
    throw new AttachmentRefused(taken.because, words);
  }
  const attachmentId = deps.newId('att');
  await asTenant(deps.app, userId, (tx) => announce(tx, { ...upload, attachmentId, ...taken }));
  const kept = await keepFile(deps.store, { userId, attachmentId }, taken);
  const [file] = await asTenant(deps.app, userId, (tx) =>
    rows(
      tx,
      UploadedFile,
      `update attachments
          set status = 'stored', storage_key = $3, thumbnail_key = $4, mime_type = $5,
              size_bytes = $6, width = $7, height = $8
        where user_id = $1 and attachment_id = $2
       returning ${fileColumns}`,
      [
        userId,
        attachmentId,
        kept.storageKey,
        kept.thumbnailKey,
        kept.mimeType,
        kept.sizeBytes,
        kept.width,
        kept.height,
      ],
    ),
  );
  if (file === undefined) {
    await removeUnowned(deps, { userId, attachmentId });
    throw new UnknownAttachment('The file was removed while it came.');
  }
  return file;
}

async function announce(
  tx: Db,
  upload: Upload & { attachmentId: string; kind: MediaKind },
): Promise<void> {
  await tx.query(
    `insert into attachments
       (attachment_id, user_id, kind, filename, is_voice_note, uploaded_by, status, next_attempt_at)
     values ($1, $2, $3, $4, $5, $6, 'pending', null)`,
    [
      upload.attachmentId,
      upload.userId,
      upload.kind,
      upload.filename ?? null,
      upload.isVoiceNote,
      upload.uploadedBy,
    ],
  );
}

/**
 * The files that somebody has uploaded and no message has taken, in the order in which they are named. Throws
 * UnknownAttachment for any other.
 */
export async function untakenUploads(
  app: Pool,
  wanted: { userId: string; uploadedBy: string; attachmentIds: readonly string[] },
): Promise<UploadedFile[]> {
  const { userId, uploadedBy, attachmentIds } = wanted;
  if (attachmentIds.length === 0) return [];
  const found = await asTenant(app, userId, (tx) =>
    rows(
      tx,
      UploadedFile,
      `select ${fileColumns} from attachments
        where user_id = $1 and uploaded_by = $2 and attachment_id = any ($3::text[])
          and status = 'stored' and message_id is null`,
      [userId, uploadedBy, attachmentIds],
    ),
  );
  return attachmentIds.map((id) => {
    const file = found.find(({ attachmentId }) => attachmentId === id);
    if (file === undefined) throw new UnknownAttachment(`There is no file ${id} to be sent.`);
    return file;
  });
}
