import type { Statement } from '../lib/db.ts';
import type { StatusChange } from './inbound-plan.ts';

/** A customer who opens a conversation sees all of it: further back than this nothing is marked. */
const newestMessages = 100;

/** Moves what we sent before the messages that these statuses name as far as they have come. */
export function storeSeen(statuses: StatusChange[]): Statement {
  return {
    name: 'store_seen',
    text: `
      with seen as materialized (
        select d.user_id, d.conversation_id, m.sequence_no, x.status
          from jsonb_to_recordset($1::jsonb)
            as x (user_id text, platform_message_id text, status text)
          join message_delivery_status d
            on d.user_id = x.user_id and d.platform_message_id = x.platform_message_id
          join messages m on m.message_id = d.message_id
      ), moved as (
        update message_delivery_status d
           set status = s.status, updated_at = now()
          from seen s
          join messages m
            on m.conversation_id = s.conversation_id and m.sequence_no < s.sequence_no
           and m.sequence_no >= s.sequence_no - ${newestMessages}
         where d.message_id = m.message_id and d.user_id = s.user_id
           and d.status in ('sent', 'delivered')
           and delivery_rank(s.status) > delivery_rank(d.status)
        returning d.message_id, d.user_id, d.conversation_id, d.status
      )
      insert into realtime_events (user_id, kind, payload)
      select user_id, 'status', jsonb_build_object(
               'messageId', message_id, 'conversationId', conversation_id, 'deliveryStatus', status)
        from moved`,
    values: [JSON.stringify(statuses)],
  };
}
