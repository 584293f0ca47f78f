import { recordUndelivered } from '../delivery/undelivered.ts';
import type { Statement } from '../lib/db.ts';
import type { StatusChange } from './inbound-plan.ts';

/**
 * Keeps every status and moves deliveries forward only, whatever order they come in. A status names
 * our message by our own reference or by the provider's id; one that is here before our record of the
 * send is found again when the send is recorded.
 */
export function storeStatuses(statuses: StatusChange[]): Statement {
  return {
    name: 'store_statuses',
    text: `
      with incoming as materialized (
        select *
          from jsonb_to_recordset($1::jsonb)
            as x (user_id text, platform_message_id text, reference text, status text,
                  error_code integer, error_message text, includes_earlier boolean, at timestamptz)
      ), known as (
        select d.message_id, i.*
          from incoming i
          cross join lateral (
            select x.message_id from message_delivery_status x
             where x.message_id = i.reference and x.user_id = i.user_id
             limit 1) d
         -- Told again after something else was sent in its place, an old failure is not the new one's.
         where i.status <> 'failed' or not exists (
           select from delivery_events e
            where e.user_id = i.user_id and e.platform_message_id = i.platform_message_id
              and e.status = 'failed')
         union all
        select d.message_id, i.*
          from incoming i
          cross join lateral (
            select x.message_id from message_delivery_status x
             where x.user_id = i.user_id and x.platform_message_id = i.platform_message_id
             limit 1) d
         where i.reference is null
      ), furthest as (
        select distinct on (message_id) message_id, user_id, platform_message_id, status,
               error_code, error_message
          from known
         order by message_id, delivery_rank(status) desc
      ), event as (
        insert into delivery_events
          (user_id, message_id, platform_message_id, status, error_code, error_message,
           includes_earlier, provider_timestamp)
        select i.user_id, k.message_id, i.platform_message_id, i.status, i.error_code,
               i.error_message, coalesce(i.includes_earlier, false), i.at
          from incoming i
          left join (select distinct user_id, platform_message_id, message_id from known) k
            on k.user_id = i.user_id and k.platform_message_id = i.platform_message_id
        on conflict (user_id, platform_message_id, status) do nothing
      ), moved as (
        update message_delivery_status d
           set status = f.status,
               platform_message_id = coalesce(d.platform_message_id, f.platform_message_id),
               error_code = f.error_code,
               error_message = f.error_message,
               next_attempt_at = null,
               updated_at = now()
          from furthest f
         where d.message_id = f.message_id and d.user_id = f.user_id
           and delivery_rank(f.status) > delivery_rank(d.status)
        returning d.message_id, d.user_id, d.conversation_id, d.platform_message_id, d.status,
                  d.error_code, d.error_message
      ), marked as (
        update messages m
           set status = case when v.status = 'failed' then 'failed' else 'sent' end,
               -- As in record_sends: an echo that was not recognised may be stored under this id.
               platform_message_id = case when exists (
                 select from messages o
                  where o.conversation_id = v.conversation_id
                    and o.platform_message_id = v.platform_message_id)
                 then m.platform_message_id
                 else coalesce(m.platform_message_id, v.platform_message_id) end
          from moved v
         where m.message_id = v.message_id and m.user_id = v.user_id
           and (m.platform_message_id is null
                or m.status <> case when v.status = 'failed' then 'failed' else 'sent' end)
      ), undelivered as (
        ${recordUndelivered('moved')}
      )
      insert into realtime_events (user_id, kind, payload)
      select user_id, 'status', jsonb_strip_nulls(jsonb_build_object(
               'messageId', message_id, 'conversationId', conversation_id,
               'deliveryStatus', status, 'errorCode', error_code, 'errorText', error_message))
        from moved`,
    values: [JSON.stringify(statuses)],
  };
}
