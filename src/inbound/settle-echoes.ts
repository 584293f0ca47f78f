import { moveEarlier } from '../delivery/seen-earlier.ts';
import type { Statement } from '../lib/db.ts';
import type { OwnEcho } from './inbound-plan.ts';

/**
 * Settles the attempts whose messages were echoed: they were sent, under the id of the echo, also those that we had
 * given up. What the customer saw before, of this message or of a later one, counts. A message that has another id by
 * now keeps it; that it was sent twice is kept as an event.
 */
export function settleEchoes(echoes: OwnEcho[]): Statement {
  return {
    name: 'settle_echoes',
    text: `
      with told as materialized (
        select *
          from jsonb_to_recordset($1::jsonb)
            as x (user_id text, message_id text, platform_message_id text, at timestamptz)
      ), echo as materialized (
        select x.user_id, x.message_id, x.platform_message_id, x.at,
               coalesce(l.status, e.status, 'sent') as reached, e.includes_earlier
          from told x
          left join lateral (
            select s.status, s.includes_earlier from delivery_events s
             where s.user_id = x.user_id and s.platform_message_id = x.platform_message_id
             order by delivery_rank(s.status) desc limit 1) e on true
          left join lateral (
            select s.status
              from message_delivery_status d
              join messages m on m.message_id = d.message_id
              join messages n on n.conversation_id = m.conversation_id and n.sequence_no > m.sequence_no
              -- The later one may be known by its id already, or be echoed together with this one.
              join lateral (
                select o.platform_message_id
                  from message_delivery_status o where o.message_id = n.message_id
                 union all
                select y.platform_message_id from told y where y.message_id = n.message_id) i on true
              join delivery_events s
                on s.user_id = d.user_id and s.platform_message_id = i.platform_message_id
               and s.status = 'read' and s.includes_earlier
             where d.message_id = x.message_id and d.platform_message_id is null
             limit 1) l on true
      ), event as (
        insert into delivery_events
          (user_id, message_id, platform_message_id, status, provider_timestamp)
        select user_id, message_id, platform_message_id, 'sent', at from echo
        on conflict (user_id, platform_message_id, status) do nothing
      ), settled as (
        update message_delivery_status d
           set platform_message_id = e.platform_message_id,
               status = case when d.status = 'failed'
                               or delivery_rank(e.reached) > delivery_rank(d.status)
                             then e.reached else d.status end,
               error_code = null,
               error_message = null,
               next_attempt_at = null,
               updated_at = now()
          from echo e
         where d.message_id = e.message_id and d.user_id = e.user_id
           and d.platform_message_id is null
        returning d.message_id, d.user_id, d.conversation_id, d.platform_message_id, d.status,
                  e.includes_earlier
      ), seen as (
        select s.user_id, s.conversation_id, m.sequence_no, s.status
          from settled s
          join messages m on m.message_id = s.message_id
         where s.includes_earlier and s.status = 'read'
      ), moved as (
        ${moveEarlier('seen')}
      ), marked as (
        update messages m
           set status = 'sent',
               -- As in record_sends: an echo that was not recognised may be stored under this id.
               platform_message_id = case when exists (
                 select from messages o
                  where o.conversation_id = s.conversation_id
                    and o.platform_message_id = s.platform_message_id)
                 then m.platform_message_id
                 else coalesce(m.platform_message_id, s.platform_message_id) end
          from settled s
         where m.message_id = s.message_id and m.user_id = s.user_id
      ), taken_back as (
        delete from lead_events v using settled s
         where v.user_id = s.user_id and v.conversation_id = s.conversation_id
           and v.event_key = 'undelivered:' || s.message_id and v.told_at is null
      )
      insert into realtime_events (user_id, kind, payload)
      select user_id, 'status', jsonb_build_object(
               'messageId', message_id, 'conversationId', conversation_id, 'deliveryStatus', status)
        from (select message_id, user_id, conversation_id, status from settled
               union all
              select message_id, user_id, conversation_id, status from moved) told`,
    values: [JSON.stringify(echoes)],
  };
}
