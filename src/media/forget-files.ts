import { z } from 'zod';
import { type Db, rows } from '../lib/db.ts';
import { keysOfAttachment } from './media-keys.ts';

const AttachmentRow = z.object({
  attachmentId: z.string(),
  storedKeys: z.array(z.string()),
  mayBeArriving: z.boolean(),
});

/** By then whoever was fetching a file has stored it, and taken it away again because it belonged to nothing any more. */
const arrivalGraceMs = 10 * 60_000;

/**
 * Takes away what the messages of a person came with, and what they uploaded for others, and writes down that the
 * files are to go: `deleteFiles` does it, whatever crashes. Answers how many there were. Before the messages go.
 */
export async function forgetFiles(
  tx: Db,
  of: { userId: string; conversationIds: string[]; identities: { address: string }[] },
): Promise<{ files: number }> {
  const attachments = await rows(
    tx,
    AttachmentRow,
    `delete from attachments a
      where a.user_id = $1
        and a.attachment_id in (
          select x.attachment_id
            from messages m
            join attachments x on x.message_id = m.message_id and x.user_id = m.user_id
           where m.user_id = $1 and m.conversation_id = any ($2::text[])
           union all
          select x.attachment_id from attachments x
           where x.user_id = $1 and x.message_id is null and x.uploaded_by = any ($3::text[]))
     returning ${deletedColumns}`,
    [of.userId, of.conversationIds, of.identities.map(({ address }) => address)],
  );
  await oweDeletion(tx, of.userId, attachments);
  return { files: attachments.filter(({ storedKeys }) => storedKeys.length > 0).length };
}

const deletedColumns = `a.attachment_id as "attachmentId", a.status = 'pending' as "mayBeArriving",
  array_remove(array[a.storage_key, a.thumbnail_key], null) as "storedKeys"`;

/** Takes away uploads of a tenant that no message has taken; those that one has by now stay. */
export async function forgetUploads(
  tx: Db,
  of: { userId: string; attachmentIds: string[] },
): Promise<void> {
  const attachments = await rows(
    tx,
    AttachmentRow,
    `delete from attachments a
      where a.user_id = $1 and a.attachment_id = any ($2::text[]) and a.message_id is null
     returning ${deletedColumns}`,
    [of.userId, of.attachmentIds],
  );
  await oweDeletion(tx, of.userId, attachments);
}

async function oweDeletion(
  tx: Db,
  userId: string,
  attachments: z.infer<typeof AttachmentRow>[],
): Promise<void> {
  const dueInMs = new Map<string, number>();
  for (const { attachmentId, storedKeys, mayBeArriving } of attachments) {
    const keys = [...storedKeys, ...keysOfAttachment({ userId, attachmentId })];
    for (const key of keys) dueInMs.set(key, mayBeArriving ? arrivalGraceMs : 0);
  }
  await tx.query(
    `insert into media_deletions (storage_key, user_id, due_at)
     select key, $1, now() + make_interval(secs => in_ms / 1000.0)
       from unnest($2::text[], $3::float8[]) as x (key, in_ms)
     on conflict (storage_key) do update set due_at = excluded.due_at`,
    [userId, [...dueInMs.keys()], [...dueInMs.values()]],
  );
}
