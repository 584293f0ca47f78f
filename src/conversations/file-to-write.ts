import { z } from 'zod';
import { type FileCapabilities, ruleFor } from '../channels/file-rules.ts';
import { type Db, maybeRow } from '../lib/db.ts';
import type { DownloadLinks } from '../media/download/download-links.ts';
import { UnknownAttachment } from '../media/uploads/upload-errors.ts';
import { FileNotSendable } from './conversation-errors.ts';

const File = z.object({ kind: z.string(), mimeType: z.string(), sizeBytes: z.coerce.number() });

/** A file that people uploaded, to go out with a message. */
export type FileToWrite = z.infer<typeof File>;

/** The upload that a message names, locked until it is taken; undefined for one without. Throws UnknownAttachment. */
export async function fileOf(
  tx: Db,
  given: { userId: string; attachmentId?: string | undefined },
): Promise<FileToWrite | undefined> {
  const { userId, attachmentId } = given;
  if (attachmentId === undefined) return undefined;
  const file = await maybeRow(
    tx,
    File,
    `select kind, mime_type as "mimeType", size_bytes as "sizeBytes"
       from attachments
      where user_id = $1 and attachment_id = $2 and uploaded_by = 'tenant'
        and status = 'stored' and message_id is null
        for update`,
    [userId, attachmentId],
  );
  if (file === undefined) throw new UnknownAttachment('There is no such file to be sent.');
  return file;
}

/** Throws FileNotSendable for a file that the channel does not take, and for a text that it takes none of with it. */
export function refuseUnsendableFile(
  file: FileToWrite,
  text: string,
  channel: FileCapabilities,
  downloads: Pick<DownloadLinks, 'isReachable'>,
): void {
  const rule = ruleFor(channel, file);
  if (rule === undefined) {
    throw new FileNotSendable(`This channel does not take such a file (${file.mimeType}).`);
  }
  if (text.length > rule.maxCaption) {
    throw new FileNotSendable(
      rule.maxCaption === 0
        ? 'On this channel no text goes with such a file: send it as a message of its own.'
        : `A text that goes with a file has at most ${rule.maxCaption} characters here.`,
    );
  }
  if (channel.isFetched && !downloads.isReachable) {
    throw new FileNotSendable(
      'The provider has to fetch the file from us: set PUBLIC_URL to where the outside reaches this installation.',
    );
  }
}

/** Makes an upload the file of a message that was stored just now. */
export async function takeUpload(
  tx: Db,
  given: { userId: string; messageId: string; attachmentId?: string | undefined },
): Promise<void> {
  await tx.query(
    `update attachments set message_id = $3, position = 0
      where user_id = $1 and attachment_id = $2 and message_id is null`,
    [given.userId, given.attachmentId, given.messageId],
  );
}
