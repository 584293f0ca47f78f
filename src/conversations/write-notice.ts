import { z } from 'zod';
import { type Db, oneRow } from '../lib/db.ts';
import { writeEvent } from '../realtime/event-kinds.ts';
import type { ConversationRef } from './conversation.ts';
import { findMessage } from './read-conversations.ts';

/** A word of the business that nobody asked for. */
export type NoticeToWrite = ConversationRef & {
  messageId: string;
  text: string;
  /** What it is about, and `template`: what goes out in its place where the reply window has closed. */
  content: {
    about: Record<string, string>;
    template?: { name: string; language: string; parameters: string[] };
  };
  pace: { burst: number; intervalMs: number };
};

const Numbered = z.object({ sequenceNo: z.number() });

/**
 * Stores what the business tells a customer without having been asked, to be sent. It takes the next number and
 * answers nothing: what was owed is still owed, whoever has the conversation still has it, and a turn under way goes
 * on. The conversation's row has to be locked by the caller. After the commit: `publishLook()`, and a hint to send.
 */
export async function writeNotice(tx: Db, notice: NoticeToWrite): Promise<void> {
  const { userId, conversationId, messageId, text, content, pace } = notice;
  const { sequenceNo } = await oneRow(
    tx,
    Numbered,
    `update conversations c
        set last_sequence_no = c.last_sequence_no + 1,
            last_message_at = now(),
            send_paced_until = greatest(c.send_paced_until, now())
              + make_interval(secs => $3 / 1000.0)
      where c.user_id = $1 and c.conversation_id = $2
      returning c.last_sequence_no as "sequenceNo"`,
    [userId, conversationId, pace.intervalMs],
  );
  await tx.query(
    `with message as (
       insert into messages
         (message_id, user_id, conversation_id, sequence_no, sender, author, type, text, content,
          status)
       values ($1, $2, $3, $4, 'agent', 'ai', 'text', $5, $6, 'pending')
     )
     insert into message_delivery_status (message_id, user_id, conversation_id, next_attempt_at)
     select $1, c.user_id, c.conversation_id,
            greatest(now(), c.send_paced_until - $7 * make_interval(secs => $8 / 1000.0))
       from conversations c
      where c.user_id = $2 and c.conversation_id = $3`,
    [
      messageId,
      userId,
      conversationId,
      sequenceNo,
      text,
      JSON.stringify(content),
      pace.burst,
      pace.intervalMs,
    ],
  );
  const message = await findMessage(tx, { userId, messageId });
  if (message === undefined) throw new Error('a message that was just stored is not there');
  await writeEvent(tx, userId, { kind: 'message', payload: message });
}
