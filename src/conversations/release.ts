import { z } from 'zod';
import { type Db, rows } from '../lib/db.ts';
import { writeEvent } from '../realtime/event-kinds.ts';
import { Conversation, type ConversationRef, conversationColumns } from './conversation.ts';
import { getConversation } from './read-conversations.ts';

/** A conversation given back to the AI; `isOwed` when it has to answer now. */
export type Released = { conversation: Conversation; isOwed: boolean };

/**
 * Gives a conversation back to the AI. A customer's message that nobody of the business has answered is
 * then owed a reply at once. One that the AI has already stays as it is. Throws NotFound.
 */
export async function release(tx: Db, wanted: ConversationRef): Promise<Released> {
  const held = await lockHeld(
    tx,
    `select conversation_id as "conversationId" from conversations
      where user_id = $1 and conversation_id = $2 and handled_by = 'human' for update`,
    [wanted.userId, wanted.conversationId],
  );
  const [released] = await giveBack(tx, { userId: wanted.userId, held, onlyOpen: false });
  return released ?? { conversation: await getConversation(tx, wanted), isOwed: false };
}

/**
 * Gives back all conversations that people got for a reason which is gone (`phoneNumberId`: only those of
 * that number). Answers those that are owed a reply now: enqueue 'replies.run' for them after the commit.
 * A conversation whose reply window has closed is given back, but owes nothing.
 */
export async function releaseByReason(
  tx: Db,
  wanted: { userId: string; reason: string; phoneNumberId?: string },
): Promise<ConversationRef[]> {
  const held = await lockHeld(
    tx,
    `select c.conversation_id as "conversationId"
       from conversations c
       join agents a on a.agent_id = c.agent_id and a.user_id = c.user_id
      where c.user_id = $1 and c.handled_by = 'human' and c.handover_reason = $2
        and ($3::text is null or a.phone_number_id = $3)
      order by c.agent_id, c.contact_id
        for update of c`,
    [wanted.userId, wanted.reason, wanted.phoneNumberId ?? null],
  );
  const released = await giveBack(tx, { userId: wanted.userId, held, onlyOpen: true });
  return released
    .filter(({ isOwed }) => isOwed)
    .map(({ conversation: { conversationId } }) => ({ userId: wanted.userId, conversationId }));
}

/**
 * Locks before the messages are looked at: what is owed must not be decided on an older picture of them.
 * Several are locked in the order in which storing what customers wrote locks them.
 */
async function lockHeld(tx: Db, sql: string, values: unknown[]): Promise<string[]> {
  const found = await rows(tx, z.object({ conversationId: z.string() }), sql, values);
  return found.map(({ conversationId }) => conversationId);
}

const ReleasedRow = Conversation.extend({ isOwed: z.boolean() });

async function giveBack(
  tx: Db,
  given: { userId: string; held: string[]; onlyOpen: boolean },
): Promise<Released[]> {
  if (given.held.length === 0) return [];
  const released = await rows(
    tx,
    ReleasedRow,
    `with held as (
       select c.conversation_id,
              c.is_active and c.owed_through > c.answered_through
                and (not $3 or c.reply_window_ends_at > now())
                and not exists (
                  select from messages m
                   where m.conversation_id = c.conversation_id and m.user_id = c.user_id
                     and m.sender = 'agent' and m.sequence_no > c.owed_through) as is_owed
         from conversations c
        where c.user_id = $1 and c.conversation_id = any ($2::text[])
     )
     update conversations c
        set handled_by = 'ai', handover_reason = null, ai_paused_until = null,
            turn_attempts = 0,
            owed_since = case when h.is_owed then now() end,
            reply_due_at = case when h.is_owed then now() end
       from held h
      where c.user_id = $1 and c.conversation_id = h.conversation_id
      returning ${conversationColumns}, coalesce(h.is_owed, false) as "isOwed"`,
    [given.userId, given.held, given.onlyOpen],
  );
  for (const { isOwed: _, ...conversation } of released) {
    await writeEvent(tx, given.userId, { kind: 'conversation', payload: conversation });
  }
  return released.map(({ isOwed, ...conversation }) => ({ conversation, isOwed }));
}
