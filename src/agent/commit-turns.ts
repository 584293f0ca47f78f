import { z } from 'zod';
import type { Pool } from '../lib/db.ts';
import { queryAsTenants } from '../lib/tenant.ts';
import type { ModelUsage } from '../llm/language-model.ts';
import type { HandoverReason } from './decide-turn.ts';
import { handoverToldInMs } from './end-turn.ts';

/** The end of a turn that says something: `pieces` are the messages, each short enough to send; `content` is what they have besides text. */
export type TurnToCommit = {
  turnId: string;
  userId: string;
  conversationId: string;
  seenThrough: number;
  price: number;
  pieces: { messageId: string; text: string; content?: Record<string, unknown> }[];
  transactionId: string;
  usageId: string;
  responseId: string | null;
  model: string;
  promptId: string;
  promptVersion: number;
  usage: ModelUsage;
  handOver: HandoverReason | null;
  quietMs: number;
  pace: CustomerPace;
};

const CommitRow = z.object({
  turnId: z.string(),
  outcome: z.enum(['stored', 'cannot_pay', 'lease_lost']),
  dueInMs: z.number().nullable(),
});

/** What became of the turn; `dueInMs` when the customer has written more meanwhile. */
export type CommittedTurn = z.infer<typeof CommitRow>;

/** How far apart a provider wants the messages to one customer, and how many it takes at once. */
export type CustomerPace = { burst: number; intervalMs: number };

/**
 * Ends turns in one transaction: replies stored with their numbers, conversations answered through
 * what the turns saw, credits charged, usage recorded, messages due to be sent. A turn whose lease does
 * not stand any more, or whose conversation people took, or that the tenant cannot pay, stores nothing.
 */
export async function commitTurns(app: Pool, turns: TurnToCommit[]): Promise<CommittedTurn[]> {
  const rows = await queryAsTenants(
    app,
    turns.map(({ userId }) => userId),
    {
      name: 'commit_turns',
      text: commitSql,
      values: [JSON.stringify(turns.map(rowOf)), handoverToldInMs],
    },
  );
  return rows.map((row) => CommitRow.parse(row));
}

function rowOf(turn: TurnToCommit) {
  return {
    turn_id: turn.turnId,
    user_id: turn.userId,
    conversation_id: turn.conversationId,
    seen_through: turn.seenThrough,
    price: turn.price,
    pieces: turn.pieces,
    piece_count: turn.pieces.length,
    transaction_id: turn.transactionId,
    usage_id: turn.usageId,
    response_id: turn.responseId,
    model: turn.model,
    prompt_id: turn.promptId,
    prompt_version: turn.promptVersion,
    input_tokens: turn.usage.inputTokens,
    cached_input_tokens: turn.usage.cachedInputTokens,
    output_tokens: turn.usage.outputTokens,
    hand_over: turn.handOver,
    quiet_ms: turn.quietMs,
    pace_burst: turn.pace.burst,
    pace_ms: turn.pace.intervalMs,
  };
}

// The ledger's reason names the conversation and how far it was answered: the same messages can be
// charged once, whatever happens. Locks are taken in one order everywhere: credits, then conversations.
const commitSql = `
  with turn as materialized (
    select *
      from jsonb_to_recordset($1::jsonb)
        as x (turn_id text, user_id text, conversation_id text, seen_through integer, price integer,
              pieces jsonb, piece_count integer, transaction_id text, usage_id text, response_id text,
              model text, prompt_id text, prompt_version integer, input_tokens integer,
              cached_input_tokens integer, output_tokens integer, hand_over text, quiet_ms float8,
              pace_burst float8, pace_ms float8)
  ), purse as materialized (
    select c.user_id, c.remaining_credits, c.total_used
      from credits c
     where c.user_id in (select t.user_id from turn t where t.price > 0)
     order by c.user_id
       for update
  ), payable as materialized (
    select t.*
      from (select t.*, sum(t.price) over (partition by t.user_id order by t.turn_id) as running
              from turn t) t
      left join purse p on p.user_id = t.user_id
     where t.price = 0 or t.running <= p.remaining_credits
     order by t.conversation_id
  ), conversation as (
    update conversations c
       set last_sequence_no = c.last_sequence_no + p.piece_count,
           answered_through = p.seen_through,
           turn_id = null,
           turn_lease_until = null,
           turn_attempts = 0,
           openai_conversation_id = coalesce(p.response_id, c.openai_conversation_id),
           last_message_at = now(),
           handled_by = case when p.hand_over is null then c.handled_by else 'human' end,
           handover_reason = coalesce(p.hand_over, c.handover_reason),
           ai_paused_until = case when p.hand_over is null then c.ai_paused_until end,
           extraction_due_at = case when p.hand_over is null then c.extraction_due_at else now() end,
           extraction_is_urgent = c.extraction_is_urgent or p.hand_over is not null,
           owed_since = case
             when p.hand_over is null and c.owed_through > p.seen_through then now() end,
           reply_due_at = case
             when p.hand_over is null and c.owed_through > p.seen_through
               then greatest(now(), least(c.reply_due_at, now() + make_interval(secs => p.quiet_ms / 1000.0))) end,
           send_paced_until = greatest(c.send_paced_until, now())
             + p.piece_count * make_interval(secs => p.pace_ms / 1000.0)
      from payable p
     where c.conversation_id = p.conversation_id and c.user_id = p.user_id
       and c.turn_id = p.turn_id
       and c.answered_through < p.seen_through
       and c.handled_by = 'ai'
    returning c.*
  ), done as materialized (
    select c.*, p.price, p.pieces, p.piece_count, p.transaction_id, p.hand_over, p.seen_through,
           p.pace_burst, p.pace_ms,
           p.turn_id as done_turn_id
      from conversation c
      join payable p on p.conversation_id = c.conversation_id
  ), message as (
    insert into messages
      (message_id, user_id, conversation_id, sequence_no, sender, author, type, text, content, status)
    select piece ->> 'messageId', d.user_id, d.conversation_id,
           d.last_sequence_no - d.piece_count + place, 'agent', 'ai',
           case when piece -> 'content' -> 'button' is null then 'text' else 'interactive' end,
           piece ->> 'text', coalesce(piece -> 'content', '{}'), 'pending'
      from done d
      cross join lateral jsonb_array_elements(d.pieces) with ordinality as e (piece, place)
    returning message_id, user_id, conversation_id, sequence_no, type, text, content, "timestamp"
  ), delivery as (
    insert into message_delivery_status (message_id, user_id, conversation_id, next_attempt_at)
    select m.message_id, m.user_id, m.conversation_id,
           greatest(now(), d.send_paced_until
             - (d.last_sequence_no - m.sequence_no + d.pace_burst)
               * make_interval(secs => d.pace_ms / 1000.0))
      from message m
      join done d on d.conversation_id = m.conversation_id
  ), ledger as (
    insert into credit_transactions
      (credit_transaction_id, user_id, credits, kind, reason, conversation_id, message_id)
    select d.transaction_id, d.user_id, -d.price, 'reply',
           'reply:' || d.conversation_id || ':' || d.seen_through, d.conversation_id,
           d.pieces -> 0 ->> 'messageId'
      from done d
     where d.price > 0
  ), charged as (
    -- From the locked row: the statement's own picture of it may be older than a top-up.
    update credits c
       set remaining_credits = s.remaining_credits - s.total,
           total_used = s.total_used + s.total,
           last_updated = now()
      from (select p.user_id, p.remaining_credits, p.total_used, sum(d.price)::integer as total
              from done d
              join purse p on p.user_id = d.user_id
             where d.price > 0
             group by p.user_id, p.remaining_credits, p.total_used) s
     where c.user_id = s.user_id
  ), usage as (
    insert into model_usage
      (model_usage_id, user_id, conversation_id, turn_id, purpose, model, prompt_id, prompt_version,
       input_tokens, cached_input_tokens, output_tokens)
    select usage_id, user_id, conversation_id, turn_id, 'reply', model, prompt_id, prompt_version,
           input_tokens, cached_input_tokens, output_tokens
      from turn
     where input_tokens + output_tokens > 0
  ), handed_over as (
    insert into lead_events
      (lead_event_id, user_id, conversation_id, kind, event_key, details, tell_at)
    select 'lev' || substr(done_turn_id, strpos(done_turn_id, '_')), user_id, conversation_id,
           case when hand_over = 'asked_for_a_person' then 'handover' else 'failure' end,
           'handover:' || done_turn_id, jsonb_build_object('reason', hand_over, 'handedOver', true),
           now() + make_interval(secs => $2 / 1000.0)
      from done
     where hand_over is not null
  ), announced as (
    insert into realtime_events (user_id, kind, payload)
    select user_id, 'message', jsonb_build_object(
             'messageId', message_id, 'conversationId', conversation_id,
             'sequenceNo', sequence_no, 'sender', 'agent', 'author', 'ai', 'type', type,
             'text', text, 'content', content, 'status', 'pending',
             'deliveryStatus', 'pending', 'timestamp', "timestamp")
      from message
     union all
    select user_id, 'conversation', jsonb_build_object(
             'conversationId', conversation_id, 'agentId', agent_id, 'contactId', contact_id,
             'customerPhone', customer_phone, 'handledBy', handled_by,
             'handoverReason', handover_reason, 'aiPausedUntil', ai_paused_until,
             'isActive', is_active,
             'lastMessageAt', last_message_at, 'replyWindowEndsAt', reply_window_ends_at)
      from done
     where hand_over is not null
  )
  select t.turn_id as "turnId",
         case when d.done_turn_id is not null then 'stored'
              when p.turn_id is null then 'cannot_pay'
              else 'lease_lost' end as outcome,
         extract(epoch from d.reply_due_at - now())::float8 * 1000 as "dueInMs"
    from turn t
    left join payable p on p.turn_id = t.turn_id
    left join done d on d.done_turn_id = t.turn_id`;
