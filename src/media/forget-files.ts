import { z } from 'zod';
import { type Db, rows } from '../lib/db.ts';
import { mediaKey } from './media-keys.ts';

const AttachmentRow = z.object({
  attachmentId: z.string(),
  storageKey: z.string().nullable(),
  mayBeArriving: z.boolean(),
});

/** By then whoever was fetching a file has stored it, and taken it away again because it belonged to nothing any more. */
const arrivalGraceMs = 10 * 60_000;

/**
 * Writes down that all files of conversations are to go, in the transaction that takes the conversations away: what
 * is owed is done by `deleteFiles`, whatever crashes. Answers how many there are. Before the messages go.
 */
export async function oweFileDeletions(
  tx: Db,
  of: { userId: string; conversationIds: string[] },
): Promise<{ files: number }> {
  const attachments = await rows(
    tx,
    AttachmentRow,
    `select a.attachment_id as "attachmentId", a.storage_key as "storageKey",
            a.status = 'pending' as "mayBeArriving"
       from messages m
       join attachments a on a.message_id = m.message_id and a.user_id = m.user_id
      where m.user_id = $1 and m.conversation_id = any ($2::text[])
        for update of a`,
    [of.userId, of.conversationIds],
  );
  const owed = attachments.flatMap(({ attachmentId, storageKey, mayBeArriving }) => [
    { key: mediaKey({ ...of, attachmentId }), inMs: mayBeArriving ? arrivalGraceMs : 0 },
    ...(storageKey === null ? [] : [{ key: storageKey, inMs: 0 }]),
  ]);
  const latest = new Map<string, number>();
  for (const { key, inMs } of owed) latest.set(key, Math.max(inMs, latest.get(key) ?? 0));
  await tx.query(
    `insert into media_deletions (storage_key, user_id, due_at)
     select key, $1, now() + make_interval(secs => in_ms / 1000.0)
       from unnest($2::text[], $3::float8[]) as x (key, in_ms)
     on conflict (storage_key) do update set due_at = excluded.due_at`,
    [of.userId, [...latest.keys()], [...latest.values()]],
  );
  return { files: attachments.filter(({ storageKey }) => storageKey !== null).length };
}
