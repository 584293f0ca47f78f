import { z } from 'zod';
import type { Enqueue } from '../jobs/catalog.ts';
import { type Pool, rows } from '../lib/db.ts';

const ConversationRef = z.object({ userId: z.string(), conversationId: z.string() });
const AttachmentRef = z.object({ userId: z.string(), attachmentId: z.string() });

/** How late something must be before the sweep thinks that its hint was lost. */
const graceMs = 1_500;
const perSweep = 500;

/**
 * Finds what the database says is owed and nobody moves: replies that are due and not held, messages
 * that may be sent now, files that wait at a provider. Enqueues each again; answers how many it found.
 */
export async function sweep(deps: { sweeper: Pool; enqueue: Enqueue }): Promise<number> {
  const replies = await rows(
    deps.sweeper,
    ConversationRef,
    `select user_id as "userId", conversation_id as "conversationId"
       from conversations
      where reply_due_at < now() - make_interval(secs => $1 / 1000.0)
        and (turn_lease_until is null or turn_lease_until < now())
      order by reply_due_at
      limit $2`,
    [graceMs, perSweep],
  );
  const sends = await rows(
    deps.sweeper,
    ConversationRef,
    `select distinct user_id as "userId", conversation_id as "conversationId"
       from (select user_id, conversation_id
               from message_delivery_status
              where next_attempt_at < now() - make_interval(secs => $1 / 1000.0)
              order by next_attempt_at
              limit $2) d`,
    [graceMs, perSweep],
  );
  const attachments = await rows(
    deps.sweeper,
    AttachmentRef,
    `select user_id as "userId", attachment_id as "attachmentId"
       from attachments
      where status = 'pending' and next_attempt_at < now() - make_interval(secs => $1 / 1000.0)
      order by next_attempt_at
      limit $2`,
    [graceMs, perSweep],
  );
  if (replies.length > 0) await deps.enqueue('replies.run', { items: replies });
  if (sends.length > 0) await deps.enqueue('sends.run', { items: sends });
  if (attachments.length > 0) await deps.enqueue('media.fetch', { items: attachments });
  return replies.length + sends.length + attachments.length;
}
