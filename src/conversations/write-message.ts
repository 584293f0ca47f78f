import { createHash } from 'node:crypto';
import { parseAgentSettings } from '../accounts/agent-settings.ts';
import type { Channel } from '../channels/channel.ts';
import type { Platform } from '../channels/inbound-event.ts';
import { type Db, oneRow, type Pool } from '../lib/db.ts';
import type { NewId } from '../lib/ids.ts';
import { asTenant } from '../lib/tenant.ts';
import { writeEvent } from '../realtime/event-kinds.ts';
import { Conversation, type ConversationRef, conversationColumns } from './conversation.ts';
import {
  ConversationArchived,
  MessageKeyReused,
  MessageTooLong,
  ReplyWindowClosed,
} from './conversation-errors.ts';
import { type LockedConversation, lockConversation } from './lock-conversation.ts';
import { mayPersonWrite } from './may-person-write.ts';
import type { Message } from './message.ts';
import { openComment } from './open-comment.ts';
import { findMessage } from './read-conversations.ts';

export type WriteMessageDeps = {
  app: Pool;
  newId: NewId;
  channelFor: (platform: Platform) => Channel;
};

/**
 * Stores what a person of the business writes to the customer, to be sent: it takes the next number, counts
 * as the answer to all before it, and keeps the AI silent for the agent's `takeoverMinutes`. The same
 * `idempotencyKey` again answers the message of the first time. Throws NotFound, MessageTooLong,
 * ConversationArchived, ReplyWindowClosed or MessageKeyReused.
 */
export async function writeMessage(
  deps: WriteMessageDeps,
  given: ConversationRef & { text: string; idempotencyKey?: string | undefined },
): Promise<{ message: Message; isNew: boolean }> {
  const { userId } = given;
  const messageId =
    given.idempotencyKey === undefined ? deps.newId('msg') : idOfKey(given, given.idempotencyKey);
  return await asTenant(deps.app, userId, async (tx) => {
    const conversation = await lockConversation(tx, given);
    const before = await findMessage(tx, { userId, messageId });
    if (before !== undefined) {
      if (before.text === given.text) return { message: before, isNew: false };
      throw new MessageKeyReused('This Idempotency-Key was used for another text.');
    }
    const channel = deps.channelFor(conversation.platform);
    refuseTooLong(given.text, channel);
    const mayWrite = mayPersonWrite(channel.capabilities, conversation);
    const comment = mayWrite ? undefined : await openComment(tx, given);
    refuseUnsendable(conversation, mayWrite || comment !== undefined);
    const message = await storeMessage(tx, {
      ...given,
      content: comment === undefined ? {} : { inReplyTo: comment },
      messageId,
      takeoverMinutes: parseAgentSettings(conversation.settings).takeoverMinutes,
      pace: channel.capabilities.perCustomer,
    });
    return { message, isNew: true };
  });
}

function refuseTooLong(text: string, channel: Channel): void {
  const { limit, measure, unit } = channel.capabilities.textSize;
  const size = measure(text);
  if (size > limit) {
    throw new MessageTooLong(`A message has at most ${limit} ${unit}; this one has ${size}.`);
  }
}

function refuseUnsendable(conversation: LockedConversation, mayWrite: boolean): void {
  if (!conversation.isActive) {
    throw new ConversationArchived('This conversation is archived; it can only be read.');
  }
  if (!mayWrite) {
    throw new ReplyWindowClosed(
      'The reply window has closed and the agent has no template: the customer has to write first.',
    );
  }
}

type MessageToStore = ConversationRef & {
  messageId: string;
  text: string;
  content: object;
  takeoverMinutes: number;
  pace: { burst: number; intervalMs: number };
};

async function storeMessage(tx: Db, given: MessageToStore): Promise<Message> {
  const conversation = await oneRow(
    tx,
    Conversation,
    `update conversations c
        set last_sequence_no = c.last_sequence_no + 1,
            answered_through = c.last_sequence_no,
            reply_due_at = null, owed_since = null,
            handled_by = 'human', handover_reason = 'person_wrote',
            ai_paused_until = now() + make_interval(secs => $3 * 60),
            last_message_at = now(),
            send_paced_until = greatest(c.send_paced_until, now())
              + make_interval(secs => $4 / 1000.0)
      where c.user_id = $1 and c.conversation_id = $2
      returning ${conversationColumns}`,
    [given.userId, given.conversationId, given.takeoverMinutes, given.pace.intervalMs],
  );
  await tx.query(
    `with message as (
       insert into messages
         (message_id, user_id, conversation_id, sequence_no, sender, author, type, text, content,
          status)
       values ($1, $2, $3, $4, 'agent', 'human', 'text', $5, $8, 'pending')
     )
     insert into message_delivery_status (message_id, user_id, conversation_id, next_attempt_at)
     select $1, c.user_id, c.conversation_id,
            greatest(now(), c.send_paced_until - $6 * make_interval(secs => $7 / 1000.0))
       from conversations c
      where c.user_id = $2 and c.conversation_id = $3`,
    [
      given.messageId,
      given.userId,
      given.conversationId,
      conversation.lastSequenceNo,
      given.text,
      given.pace.burst,
      given.pace.intervalMs,
      JSON.stringify(given.content),
    ],
  );
  const message = await findMessage(tx, given);
  if (message === undefined) throw new Error('a message that was just stored is not there');
  await writeEvent(tx, given.userId, { kind: 'message', payload: message });
  await writeEvent(tx, given.userId, { kind: 'conversation', payload: conversation });
  return message;
}

/** The id of the one message that a key can make in a conversation: the table's primary key does the rest. */
function idOfKey(given: ConversationRef, key: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([given.userId, given.conversationId, key]))
    .digest('hex');
  return `msg_key_${digest.slice(0, 40)}`;
}
