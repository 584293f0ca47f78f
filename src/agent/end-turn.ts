import { z } from 'zod';
import { type Db, maybeRow, type Pool } from '../lib/db.ts';
import { type NewId, sameId } from '../lib/ids.ts';
import { asTenant } from '../lib/tenant.ts';
import { tellTenantOnce } from '../notifications/notices.ts';
import type { HandoverReason } from './decide-turn.ts';

type TurnRef = { turnId: string; userId: string; conversationId: string };

const EndedRow = z.object({ isOwed: z.boolean() });

/**
 * Ends a turn that owes nothing after all: what it saw counts as answered, or waits for people. Answers
 * true when the customer has written more than it saw, and that is owed a reply as before.
 */
export async function endTurn(app: Pool, turn: TurnRef, seenThrough: number): Promise<boolean> {
  const ended = await asTenant(app, turn.userId, (tx) =>
    maybeRow(
      tx,
      EndedRow,
      `update conversations
          set turn_id = null, turn_lease_until = null, turn_attempts = 0,
              owed_since = case
                when owed_through > $4 or ai_paused_until is not null then owed_since end,
              reply_due_at = case
                when handled_by = 'human' then ai_paused_until
                when owed_through > $4 then reply_due_at end
        where user_id = $1 and conversation_id = $2 and turn_id = $3
        returning handled_by = 'ai' and reply_due_at is not null as "isOwed"`,
      [turn.userId, turn.conversationId, turn.turnId, seenThrough],
    ),
  );
  return ended?.isOwed ?? false;
}

/** Gives a turn back unfinished, so that any worker can take it at once. */
export async function releaseTurn(app: Pool, turn: TurnRef): Promise<void> {
  await asTenant(app, turn.userId, (tx) => handBack(tx, turn));
}

async function handBack(tx: Db, turn: TurnRef): Promise<void> {
  await tx.query(
    `update conversations
        set turn_id = null, turn_lease_until = null, turn_attempts = greatest(turn_attempts - 1, 0)
      where user_id = $1 and conversation_id = $2 and turn_id = $3`,
    [turn.userId, turn.conversationId, turn.turnId],
  );
}

const noticeTexts = new Map<HandoverReason, string>([
  [
    'out_of_credits',
    'The credits are used up: the AI does not answer any more, people have to. It goes on after a top-up.',
  ],
  [
    'model_out_of_quota',
    'The model provider refuses to answer because its quota is used up: check the billing of the OpenAI account. Conversations go to people meanwhile.',
  ],
]);

/** How long the sales team's message about a handover waits for the conversation to be read once more. */
export const handoverToldInMs = 20_000;

/** What a handover rests on; it is looked at again under a lock before people are given the conversation. */
export type HandoverFacts = TurnRef & { phoneNumberId: string; creditsPerReply: number };

/**
 * Ends a turn by giving the conversation to people, without a word to the customer. What concerns the
 * whole tenant is told to the tenant, once until it is resolved. Answers false, and hands the turn back, if
 * the reason went away meanwhile: a top-up came, or the number was mended.
 */
export async function handOver(
  deps: { app: Pool; newId: NewId },
  turn: HandoverFacts,
  reason: HandoverReason,
): Promise<boolean> {
  return asTenant(deps.app, turn.userId, async (tx) => {
    if (await wentAway(tx, turn, reason)) {
      await handBack(tx, turn);
      return false;
    }
    const taken = await tx.query(
      `with conversation as (
         update conversations
            set turn_id = null, turn_lease_until = null, turn_attempts = 0,
                handled_by = 'human', handover_reason = $4, ai_paused_until = null,
                owed_since = null, reply_due_at = null,
                extraction_due_at = now(), extraction_is_urgent = true
          where user_id = $1 and conversation_id = $2 and turn_id = $3
          returning user_id, conversation_id, agent_id, contact_id, customer_phone, handled_by,
                    handover_reason, is_active, last_message_at, reply_window_ends_at
       ), happened as (
         insert into lead_events
           (lead_event_id, user_id, conversation_id, kind, event_key, details, tell_at)
         select $5, user_id, conversation_id,
                case when $4 = 'asked_for_a_person' then 'handover' else 'failure' end,
                'handover:' || $3, jsonb_build_object('reason', $4::text, 'handedOver', true),
                now() + make_interval(secs => $6 / 1000.0)
           from conversation
       )
       insert into realtime_events (user_id, kind, payload)
       select user_id, 'conversation', jsonb_build_object(
                'conversationId', conversation_id, 'agentId', agent_id, 'contactId', contact_id,
                'customerPhone', customer_phone, 'handledBy', handled_by,
                'handoverReason', handover_reason, 'aiPausedUntil', null,
                'isActive', is_active,
                'lastMessageAt', last_message_at, 'replyWindowEndsAt', reply_window_ends_at)
         from conversation`,
      [
        turn.userId,
        turn.conversationId,
        turn.turnId,
        reason,
        sameId(turn.turnId, 'lev'),
        handoverToldInMs,
      ],
    );
    if ((taken.rowCount ?? 0) > 0) await tellOfHandover(tx, deps.newId, turn.userId, reason);
    return true;
  });
}

const GoneRow = z.object({ gone: z.boolean() });

/** Looks at what the turn read earlier once more, locked in the order that others lock: before conversations. */
async function wentAway(tx: Db, turn: HandoverFacts, reason: HandoverReason): Promise<boolean> {
  if (reason === 'out_of_credits') {
    const purse = await maybeRow(
      tx,
      GoneRow,
      `select remaining_credits >= $2 as gone from credits where user_id = $1 for update`,
      [turn.userId, turn.creditsPerReply],
    );
    return purse?.gone ?? false;
  }
  if (reason === 'channel_needs_attention') {
    const number = await maybeRow(
      tx,
      GoneRow,
      `select health = 'ok' as gone from phone_numbers where user_id = $1 and id = $2 for share`,
      [turn.userId, turn.phoneNumberId],
    );
    return number?.gone ?? false;
  }
  return false;
}

/** Tells the tenant of a handover whose cause is more than one conversation's; nothing for others. */
export async function tellOfHandover(
  tx: Db,
  newId: NewId,
  userId: string,
  reason: HandoverReason,
): Promise<void> {
  const text = noticeTexts.get(reason);
  if (text === undefined) return;
  await tellTenantOnce(tx, { newId, userId, kind: reason, dedupeKey: userId, text, details: {} });
}
