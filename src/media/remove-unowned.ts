import type { Pool } from '../lib/db.ts';
import { asTenant } from '../lib/tenant.ts';
import type { AttachmentRef } from './claim-attachments.ts';
import { keysOfAttachment } from './media-keys.ts';
import type { MediaStore } from './media-store.ts';

/**
 * Takes a file that was just stored away again if its attachment is gone: whoever sent it was erased meanwhile. After
 * the attempt to record the file, which waits for whoever takes the attachment away.
 */
export async function removeUnowned(
  { app, store }: { app: Pool; store: MediaStore },
  attachment: AttachmentRef,
): Promise<void> {
  const { userId, attachmentId } = attachment;
  const found = await asTenant(app, userId, (tx) =>
    tx.query('select from attachments where user_id = $1 and attachment_id = $2', [
      userId,
      attachmentId,
    ]),
  );
  if (found.rowCount !== 0) return;
  for (const key of keysOfAttachment(attachment)) await store.delete(key);
}
