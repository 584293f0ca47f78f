import { z } from 'zod';
import type { Statement } from '../lib/db.ts';
import type { InboundPlan } from './inbound-plan.ts';

/** A conversation that may be owed a reply from `dueAt` on. */
export type ReplyDue = { userId: string; conversationId: string; dueInMs: number };

/** How long a conversation rests before its reply, by default and at most, before it is read as a lead, and a person's pause. */
export type QuietPeriod = {
  defaultMs: number;
  capMs: number;
  extractionIdleMs: number;
  takeoverMinutes: number;
};

const ReplyDueRow = z.object({
  userId: z.string(),
  conversationId: z.string(),
  dueInMs: z.number().nullable(),
});

/** Reads the rows of `storeMessages`: the conversations whose reply is due at some time. */
export function repliesDue(rows: unknown[]): ReplyDue[] {
  return rows.flatMap((row) => {
    const { dueInMs, ...conversation } = ReplyDueRow.parse(row);
    return dueInMs === null ? [] : [{ ...conversation, dueInMs }];
  });
}

/**
 * Stores contacts, conversations and messages of a plan in one statement. The row lock on each
 * conversation gives its messages the next numbers without a gap; a unique key violation (somebody
 * stored one of them since the facts were read) undoes it all, and the caller plans again. A file that was
 * uploaded before is taken by the first message that names it; nothing about it holds a message up.
 */
export function storeMessages(plan: InboundPlan, quiet: QuietPeriod): Statement {
  return {
    name: 'store_messages',
    text: `
      with new_contact as (
        insert into contacts (contact_id, user_id, name, username)
        select contact_id, user_id, name, username
          from jsonb_to_recordset($1::jsonb)
            as x (contact_id text, user_id text, name text, username text)
      ), new_identity as (
        insert into contact_identities (user_id, kind, address, contact_id)
        select user_id, kind, address, contact_id
          from jsonb_to_recordset($2::jsonb)
            as x (user_id text, kind text, address text, contact_id text)
      ), delta as materialized (
        select *
          from jsonb_to_recordset($3::jsonb)
            as x (conversation_id text, user_id text, agent_id text, contact_id text,
                  customer_phone text, is_new boolean, added integer, owes integer, answers integer,
                  quiet_ms float8, takeover_minutes float8, window_ends_at timestamptz, referral jsonb)
      ), conversation as (
        insert into conversations as c
          (conversation_id, user_id, agent_id, contact_id, customer_phone, referral,
           last_sequence_no, owed_through, answered_through, owed_since, reply_due_at,
           handled_by, handover_reason, ai_paused_until, reply_window_ends_at, last_message_at,
           extraction_due_at)
        select conversation_id, user_id, agent_id, contact_id, customer_phone, nullif(referral, 'null'),
               added, owes, answers,
               case when owes > answers then now() end,
               case when owes > answers
                    then now() + make_interval(secs => coalesce(quiet_ms, $6) / 1000.0) end,
               case when answers > 0 then 'human' else 'ai' end,
               case when answers > 0 then 'person_wrote' end,
               case when answers > 0
                    then now() + make_interval(secs => coalesce(takeover_minutes, $8) * 60) end,
               window_ends_at, now(),
               case when owes > 0 then now() + make_interval(secs => $9 / 1000.0) end
          from delta
         order by agent_id, contact_id
        on conflict (agent_id, contact_id) where is_active do update set
          last_sequence_no = c.last_sequence_no + excluded.last_sequence_no,
          owed_through = case when excluded.owed_through > 0
            then c.last_sequence_no + excluded.owed_through else c.owed_through end,
          answered_through = case when excluded.answered_through > 0
            then c.last_sequence_no + excluded.answered_through else c.answered_through end,
          owed_since = case
            when excluded.owed_through > excluded.answered_through then coalesce(c.owed_since, now())
            when excluded.answered_through > 0 then null
            else c.owed_since end,
          handled_by = case
            when excluded.handled_by = 'human' then 'human'
            when c.ai_paused_until <= now() then 'ai'
            else c.handled_by end,
          handover_reason = case
            when excluded.handled_by = 'human' then excluded.handover_reason
            when c.ai_paused_until <= now() then null
            else c.handover_reason end,
          ai_paused_until = case
            when excluded.handled_by = 'human' then excluded.ai_paused_until
            when c.ai_paused_until <= now() then null
            else c.ai_paused_until end,
          reply_due_at = case
            when excluded.owed_through > excluded.answered_through then case
              when excluded.handled_by = 'human'
                then greatest(excluded.reply_due_at, excluded.ai_paused_until)
              when c.handled_by = 'human' and c.ai_paused_until is null then null
              else greatest(
                least(excluded.reply_due_at,
                      coalesce(c.owed_since, now()) + make_interval(secs => $7 / 1000.0)),
                c.ai_paused_until) end
            when excluded.answered_through > 0 then null
            else c.reply_due_at end,
          customer_phone = case
            when excluded.customer_phone = c.customer_phone or coalesce((
              select true from conversations o
               where o.agent_id = excluded.agent_id and o.customer_phone = excluded.customer_phone
                 and o.is_active
               limit 1), false)
            then c.customer_phone else excluded.customer_phone end,
          referral = coalesce(c.referral, excluded.referral),
          reply_window_ends_at = greatest(c.reply_window_ends_at, excluded.reply_window_ends_at),
          last_message_at = now(),
          extraction_due_at = coalesce(c.extraction_due_at, excluded.extraction_due_at)
        returning conversation_id, user_id, agent_id, contact_id, last_sequence_no, handled_by,
                  handover_reason, ai_paused_until, reply_due_at, customer_phone, is_active,
                  last_message_at, reply_window_ends_at
      ), message as (
        insert into messages
          (message_id, user_id, conversation_id, sequence_no, sender, author, type, text, content,
           status, platform_message_id, reply_to, provider_timestamp, edited_at, revoked_at)
        select m.message_id, c.user_id, c.conversation_id, c.last_sequence_no - d.added + m.ordinal,
               m.sender, m.author, m.type, m.text, m.content, 'sent', m.platform_message_id,
               m.reply_to, m.provider_timestamp,
               case when m.edited then m.provider_timestamp end,
               case when m.revoked then m.provider_timestamp end
          from jsonb_to_recordset($4::jsonb)
            as m (message_id text, agent_id text, contact_id text, ordinal integer, sender text,
                  author text, type text, text text, content jsonb, platform_message_id text,
                  reply_to text, provider_timestamp timestamptz, edited boolean, revoked boolean)
          join delta d on d.agent_id = m.agent_id and d.contact_id = m.contact_id
          join conversation c on c.agent_id = m.agent_id and c.contact_id = m.contact_id
        returning message_id, user_id, conversation_id, sequence_no, sender, author, type, text,
                  content, status, "timestamp"
      ), attachment as (
        insert into attachments as t
          (attachment_id, user_id, message_id, position, kind, mime_type, filename, is_voice_note,
           provider_media_id, provider_url, sha256)
        select distinct on (attachment_id) attachment_id, user_id, message_id, position, kind,
               mime_type, filename, is_voice_note, provider_media_id, provider_url, sha256
          from jsonb_to_recordset($5::jsonb)
            as x (attachment_id text, user_id text, message_id text, position integer, kind text,
                  mime_type text, filename text, is_voice_note boolean, provider_media_id text,
                  provider_url text, sha256 text)
        on conflict (attachment_id) do update
           set message_id = excluded.message_id, position = excluded.position
         where t.message_id is null and t.user_id = excluded.user_id
      ), announced as (
        insert into realtime_events (user_id, kind, payload)
        select user_id, 'message', jsonb_build_object(
                 'messageId', message_id, 'conversationId', conversation_id,
                 'sequenceNo', sequence_no, 'sender', sender, 'author', author, 'type', type,
                 'text', text, 'content', content, 'status', status, 'deliveryStatus', null,
                 'timestamp', "timestamp")
          from message
         union all
        select c.user_id, 'conversation', jsonb_build_object(
                 'conversationId', c.conversation_id, 'agentId', c.agent_id,
                 'contactId', c.contact_id, 'customerPhone', c.customer_phone,
                 'handledBy', c.handled_by, 'handoverReason', c.handover_reason,
                 'aiPausedUntil', c.ai_paused_until, 'isActive', c.is_active,
                 'lastMessageAt', c.last_message_at, 'replyWindowEndsAt', c.reply_window_ends_at)
          from conversation c
          join delta d on d.agent_id = c.agent_id and d.contact_id = c.contact_id
         where d.is_new or d.answers > 0
      )
      select user_id as "userId", conversation_id as "conversationId",
             extract(epoch from reply_due_at - now())::float8 * 1000 as "dueInMs"
        from conversation`,
    values: [
      JSON.stringify(plan.contacts),
      JSON.stringify(plan.identities.filter(({ moves }) => !moves)),
      JSON.stringify(plan.conversations),
      JSON.stringify(plan.messages),
      JSON.stringify(plan.attachments),
      quiet.defaultMs,
      quiet.capMs,
      quiet.takeoverMinutes,
      quiet.extractionIdleMs,
    ],
  };
}
