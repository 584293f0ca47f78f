import { createHash } from 'node:crypto';
import { parseAgentSettings } from '../accounts/agent-settings.ts';
import type { Channel } from '../channels/channel.ts';
import type { Platform } from '../channels/inbound-event.ts';
import { type Db, oneRow, type Pool } from '../lib/db.ts';
import type { NewId } from '../lib/ids.ts';
import { asTenant } from '../lib/tenant.ts';
import type { DownloadLinks } from '../media/download/download-links.ts';
import { writeEvent } from '../realtime/event-kinds.ts';
import { Conversation, type ConversationRef, conversationColumns } from './conversation.ts';
import {
  ConversationArchived,
  MessageKeyReused,
  MessageTooLong,
  ReplyWindowClosed,
} from './conversation-errors.ts';
import { fileOf, refuseUnsendableFile, takeUpload } from './file-to-write.ts';
import { type LockedConversation, lockConversation } from './lock-conversation.ts';
import { mayPersonWrite } from './may-person-write.ts';
import type { Message } from './message.ts';
import { openComment } from './open-comment.ts';
import { findMessage } from './read-conversations.ts';

export type WriteMessageDeps = {
  app: Pool;
  downloads: Pick<DownloadLinks, 'isReachable'>;
  newId: NewId;
  channelFor: (platform: Platform) => Channel;
};

/**
 * Stores what a person of the business writes to the customer, to be sent: it takes the next number, counts
 * as the answer to all before it, and keeps the AI silent for the agent's `takeoverMinutes`. The same
 * `idempotencyKey` again answers the message of the first time. A file is one that people uploaded; the text goes with
 * it. Throws NotFound, MessageTooLong, UnknownAttachment, FileNotSendable, ConversationArchived, ReplyWindowClosed or
 * MessageKeyReused.
 */
export async function writeMessage(
  deps: WriteMessageDeps,
  given: ConversationRef & {
    text: string;
    attachmentId?: string | undefined;
    idempotencyKey?: string | undefined;
  },
): Promise<{ message: Message; isNew: boolean }> {
  const { userId } = given;
  const messageId =
    given.idempotencyKey === undefined ? deps.newId('msg') : idOfKey(given, given.idempotencyKey);
  return await asTenant(deps.app, userId, async (tx) => {
    const conversation = await lockConversation(tx, given);
    const before = await findMessage(tx, { userId, messageId });
    if (before !== undefined) {
      if (isTheSame(before, given)) return { message: before, isNew: false };
      throw new MessageKeyReused('This Idempotency-Key was used for another text.');
    }
    const channel = deps.channelFor(conversation.platform);
    const file = await fileOf(tx, given);
    if (file === undefined) refuseTooLong(given.text, channel);
    else refuseUnsendableFile(file, given.text, channel.capabilities.files, deps.downloads);
    const mayWrite = mayPersonWrite(channel.capabilities, conversation);
    // A comment takes one private message, and no file.
    const mayComment = !mayWrite && file === undefined;
    const comment = mayComment ? await openComment(tx, given) : undefined;
    refuseUnsendable(conversation, mayWrite || comment !== undefined);
    const message = await storeMessage(tx, {
      ...given,
      type: file?.kind ?? 'text',
      content: comment === undefined ? {} : { inReplyTo: comment },
      messageId,
      takeoverMinutes: parseAgentSettings(conversation.settings).takeoverMinutes,
      pace: channel.capabilities.perCustomer,
    });
    return { message, isNew: true };
  });
}

/** Whether a message is what is asked for again under its key. */
function isTheSame(
  message: Message,
  given: { text: string; attachmentId?: string | undefined },
): boolean {
  return message.text === given.text && message.attachments[0]?.attachmentId === given.attachmentId;
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
  type: string;
  attachmentId?: string | undefined;
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
       values ($1, $2, $3, $4, 'agent', 'human', $9, $5, $8, 'pending')
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
      given.type,
    ],
  );
  if (given.attachmentId !== undefined) await takeUpload(tx, given);
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
