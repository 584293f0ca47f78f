import { z } from 'zod';
import type { Pool } from '../lib/db.ts';
import { asTenant, queryAsTenants } from '../lib/tenant.ts';
import { Refusal } from './intake/refusal.ts';
import { MediaKind } from './media-kind.ts';

/** An attachment by its tenant. */
export type AttachmentRef = { userId: string; attachmentId: string };

const ClaimRow = z.object({
  userId: z.string(),
  attachmentId: z.string(),
  kind: MediaKind,
  mimeType: z.string().nullable(),
  filename: z.string().nullable(),
  providerMediaId: z.string().nullable(),
  providerUrl: z.string().nullable(),
  sha256: z.string().nullable(),
  attempts: z.number(),
  platform: z.enum(['whatsapp', 'instagram', 'webchat']),
  phoneNumberId: z.string(),
  accountId: z.string(),
  accessToken: z.string(),
});

/** An attachment that is ours to fetch until its next attempt is due. */
export type ClaimedAttachment = z.infer<typeof ClaimRow>;

const fetchLeaseSeconds = 60;

/** Takes the attachments that wait and that nobody else is fetching. */
export async function claimAttachments(
  app: Pool,
  wanted: AttachmentRef[],
): Promise<ClaimedAttachment[]> {
  const rows = await queryAsTenants(
    app,
    wanted.map(({ userId }) => userId),
    {
      name: 'claim_attachments',
      text: `
        with taken as (
          update attachments t
             set attempts = t.attempts + 1,
                 next_attempt_at = now() + make_interval(secs => $3)
            from unnest($1::text[], $2::text[]) as w (user_id, attachment_id)
           where t.attachment_id = w.attachment_id and t.user_id = w.user_id
             and t.status = 'pending' and t.next_attempt_at <= now()
          returning t.*
        )
        select t.user_id as "userId", t.attachment_id as "attachmentId", t.kind,
               t.mime_type as "mimeType", t.filename, t.provider_media_id as "providerMediaId",
               t.provider_url as "providerUrl", t.sha256, t.attempts, p.platform,
               p.id as "phoneNumberId", p.meta_phone_number_id as "accountId",
               p.access_token as "accessToken"
          from taken t
          join messages m on m.message_id = t.message_id and m.user_id = t.user_id
          join conversations c on c.conversation_id = m.conversation_id and c.user_id = m.user_id
          join agents a on a.agent_id = c.agent_id and a.user_id = c.user_id
          join phone_numbers p on p.id = a.phone_number_id and p.user_id = a.user_id`,
      values: [
        wanted.map(({ userId }) => userId),
        wanted.map(({ attachmentId }) => attachmentId),
        fetchLeaseSeconds,
      ],
    },
  );
  return rows.map((row) => ClaimRow.parse(row));
}

/** A file that is kept. */
export type KeptFile = {
  storageKey: string;
  thumbnailKey: string | null;
  kind: MediaKind;
  mimeType: string;
  sizeBytes: number;
  width: number | null;
  height: number | null;
};

/** What became of an attempt to fetch. */
export type FetchRecord =
  | { status: 'stored'; file: KeptFile }
  | { status: 'failed'; error: string; refused?: { because: Refusal; kind: MediaKind | undefined } }
  | { status: 'pending'; error: string; againInMs: number };

/** Writes down what became of an attempt. */
export async function recordFetch(
  app: Pool,
  attachment: AttachmentRef,
  record: FetchRecord,
): Promise<void> {
  const { userId, attachmentId } = attachment;
  if (record.status === 'stored') return await recordStored(app, attachment, record.file);
  const refused = record.status === 'failed' ? record.refused : undefined;
  await asTenant(app, userId, (tx) =>
    tx.query(
      `update attachments
          set status = $3, error = $4, refusal = $5, kind = coalesce($7, kind),
              next_attempt_at = case when $6::float8 is not null
                then now() + make_interval(secs => $6 / 1000.0) end
        where user_id = $1 and attachment_id = $2 and status = 'pending'`,
      [
        userId,
        attachmentId,
        record.status,
        record.error,
        refused?.because ?? null,
        record.status === 'pending' ? record.againInMs : null,
        refused?.kind ?? null,
      ],
    ),
  );
}

/** From here on the file is there for everybody. */
export async function recordStored(
  app: Pool,
  { userId, attachmentId }: AttachmentRef,
  file: KeptFile,
): Promise<void> {
  await asTenant(app, userId, (tx) =>
    tx.query(
      `update attachments
          set status = 'stored', storage_key = $3, thumbnail_key = $4, kind = $5, mime_type = $6,
              size_bytes = $7, width = $8, height = $9, error = null, next_attempt_at = null
        where user_id = $1 and attachment_id = $2 and status = 'pending'`,
      [
        userId,
        attachmentId,
        file.storageKey,
        file.thumbnailKey,
        file.kind,
        file.mimeType,
        file.sizeBytes,
        file.width,
        file.height,
      ],
    ),
  );
}

const StateRow = z.object({
  attachmentId: z.string(),
  kind: MediaKind,
  status: z.enum(['pending', 'stored', 'failed']),
  mimeType: z.string().nullable(),
  refusal: Refusal.nullable(),
  storageKey: z.string().nullable(),
  transcript: z.string().nullable(),
});

/** Where an attachment stands now. */
export type AttachmentState = z.infer<typeof StateRow>;

/** Reads where a tenant's attachments stand. */
export async function attachmentStates(
  app: Pool,
  userId: string,
  attachmentIds: string[],
): Promise<AttachmentState[]> {
  const rows = await queryAsTenants(app, [userId], {
    name: 'attachment_states',
    text: `select attachment_id as "attachmentId", kind, status, mime_type as "mimeType", refusal,
                  storage_key as "storageKey", transcript
             from attachments
            where user_id = $1 and attachment_id = any($2::text[])`,
    values: [userId, attachmentIds],
  });
  return rows.map((row) => StateRow.parse(row));
}

/** Keeps what was heard in an attachment, so that it is heard once. */
export async function keepTranscript(
  app: Pool,
  attachment: AttachmentRef,
  transcript: string,
): Promise<void> {
  await asTenant(app, attachment.userId, (tx) =>
    tx.query(
      `update attachments set transcript = $3
        where user_id = $1 and attachment_id = $2 and transcript is null`,
      [attachment.userId, attachment.attachmentId, transcript],
    ),
  );
}
