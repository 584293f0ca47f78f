import { z } from 'zod';
import { type Pool, sqlState } from '../lib/db.ts';
import { queryAsTenants } from '../lib/tenant.ts';
import type { SendRecord } from './after-send.ts';
import { moveEarlier } from './seen-earlier.ts';
import { recordUndelivered } from './undelivered.ts';

export type SendToRecord = {
  userId: string;
  messageId: string;
  record: SendRecord;
  /** The template that went out in place of the text, if one did. */
  templateName: string | null;
};

const RecordedRow = z.object({ messageId: z.string(), hasMore: z.boolean() });

/** `hasMore` when the conversation has further messages to send. */
export type RecordedSend = z.infer<typeof RecordedRow>;

/**
 * Writes down what became of attempts. A status that came before its record is looked up by the
 * provider's id and counts; nothing ever moves back. Losing this record to a crash of the database is
 * safe: the message then counts as perhaps sent, and its status settles it.
 */
export async function recordSends(app: Pool, sends: SendToRecord[]): Promise<RecordedSend[]> {
  try {
    return await writeRecords(app, sends);
  } catch (error) {
    // An echo that was not recognised was stored under one of these ids at this very moment: now it can be seen.
    if (sqlState(error) !== '23505') throw error;
    return await writeRecords(app, sends);
  }
}

async function writeRecords(app: Pool, sends: SendToRecord[]): Promise<RecordedSend[]> {
  const rows = await queryAsTenants(
    app,
    sends.map(({ userId }) => userId),
    {
      name: 'record_sends',
      text: `
        with outcome as materialized (
          select x.user_id, x.message_id, x.result, x.platform_message_id, x.in_ms, x.template_name,
                 coalesce(e.status, 'sent') as reached, e.includes_earlier,
                 coalesce(e.error_code, x.error_code) as error_code,
                 coalesce(e.error_message, x.error_text) as error_text
            from jsonb_to_recordset($1::jsonb)
              as x (user_id text, message_id text, result text, platform_message_id text,
                    in_ms float8, error_code integer, error_text text, template_name text)
            left join lateral (
              select s.status, s.error_code, s.error_message, s.includes_earlier
                from delivery_events s
               where s.user_id = x.user_id and s.platform_message_id = x.platform_message_id
               order by delivery_rank(s.status) desc limit 1) e on true
        ), recorded as (
          update message_delivery_status d
             set platform_message_id = coalesce(o.platform_message_id, d.platform_message_id),
                 status = case
                   when o.result = 'accepted' and delivery_rank(o.reached) > delivery_rank(d.status)
                     then o.reached
                   when o.result = 'failed' and d.status = 'pending' then 'failed'
                   else d.status end,
                 error_code = case when d.status = 'pending' then o.error_code else d.error_code end,
                 error_message = case when d.status = 'pending' then o.error_text else d.error_message end,
                 next_attempt_at = case
                   when o.result = 'again' and d.status = 'pending'
                     then now() + make_interval(secs => o.in_ms / 1000.0) end,
                 updated_at = now()
            from outcome o
           where d.message_id = o.message_id and d.user_id = o.user_id
          returning d.message_id, d.user_id, d.conversation_id, d.platform_message_id, d.status,
                    d.error_code, d.error_message, o.template_name, o.includes_earlier
        ), seen as (
          select r.user_id, r.conversation_id, m.sequence_no, r.status
            from recorded r
            join messages m on m.message_id = r.message_id
           where r.includes_earlier and r.status = 'read'
        ), moved as (
          ${moveEarlier('seen')}
        ), marked as (
          update messages m
             set status = case r.status when 'pending' then 'pending' when 'failed' then 'failed' else 'sent' end,
                 -- An echo that was not recognised was stored under this id: the send is no less recorded for that.
                 platform_message_id = case when exists (
                   select from messages o
                    where o.conversation_id = r.conversation_id
                      and o.platform_message_id = r.platform_message_id)
                   then m.platform_message_id
                   else coalesce(m.platform_message_id, r.platform_message_id) end,
                 content = case when r.template_name is null then m.content
                   else m.content || jsonb_build_object('sentTemplate', r.template_name) end
            from recorded r
           where m.message_id = r.message_id and m.user_id = r.user_id
        ), undelivered as (
          ${recordUndelivered('recorded')}
        ), announced as (
          insert into realtime_events (user_id, kind, payload)
          select user_id, 'status', jsonb_strip_nulls(jsonb_build_object(
                   'messageId', message_id, 'conversationId', conversation_id,
                   'deliveryStatus', status, 'errorCode', error_code, 'errorText', error_message))
            from recorded
           union all
          select user_id, 'status', jsonb_build_object(
                   'messageId', message_id, 'conversationId', conversation_id,
                   'deliveryStatus', status)
            from moved
        )
        select r.message_id as "messageId", exists (
                 select from message_delivery_status o
                  where o.conversation_id = r.conversation_id and o.next_attempt_at is not null
                    and o.message_id <> r.message_id) as "hasMore"
          from recorded r`,
      values: [JSON.stringify(sends.map(rowOf))],
    },
    'lazy',
  );
  return rows.map((row) => RecordedRow.parse(row));
}

function rowOf({ userId, messageId, record, templateName }: SendToRecord) {
  return {
    user_id: userId,
    message_id: messageId,
    template_name: templateName,
    result: record.result,
    platform_message_id: record.result === 'accepted' ? record.platformMessageId : null,
    in_ms: record.result === 'again' ? record.inMs : null,
    error_code: record.result === 'accepted' ? null : record.errorCode,
    error_text: record.result === 'accepted' ? null : record.errorText,
  };
}
