import { z } from 'zod';
import { answerableComment, type ReplyTarget } from '../channels/reply-target.ts';
import { type Db, maybeRow } from '../lib/db.ts';
import type { ConversationRef } from './conversation.ts';

const CommentRow = z.object({ content: z.unknown(), readAt: z.date() });

/**
 * The public comment that the customer has written last, as long as it takes an answer and has none: people may give it
 * though no reply window is open.
 */
export async function openComment(
  tx: Db,
  wanted: ConversationRef,
): Promise<ReplyTarget | undefined> {
  const found = await maybeRow(
    tx,
    CommentRow,
    `select m.content, now() as "readAt"
       from (select x.content, x.sequence_no from messages x
              where x.user_id = $1 and x.conversation_id = $2 and x.author = 'customer'
              order by x.sequence_no desc
              limit 1) m
      where m.content ->> 'kind' = 'comment'
        and not exists (
          select from messages r
           where r.user_id = $1 and r.conversation_id = $2 and r.sequence_no > m.sequence_no
             and r.status <> 'failed'
             and r.content -> 'inReplyTo' ->> 'id' = m.content ->> 'commentId')`,
    [wanted.userId, wanted.conversationId],
  );
  return found === undefined ? undefined : answerableComment(found.content, found.readAt);
}
