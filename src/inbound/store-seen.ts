import { moveEarlier } from '../delivery/seen-earlier.ts';
import type { Statement } from '../lib/db.ts';
import type { StatusChange } from './inbound-plan.ts';

/**
 * Moves what we sent before the messages that these statuses name as far as they have come. A message that a person
 * wrote in the provider's own app has no delivery of ours: it is found in the conversation of who has seen it.
 */
export function storeSeen(statuses: StatusChange[]): Statement {
  return {
    name: 'store_seen',
    text: `
      with told as materialized (
        select *
          from jsonb_to_recordset($1::jsonb)
            as x (user_id text, platform_message_id text, conversation_id text, status text)
      ), seen as materialized (
        select d.user_id, d.conversation_id, m.sequence_no, x.status
          from told x
          join message_delivery_status d
            on d.user_id = x.user_id and d.platform_message_id = x.platform_message_id
          join messages m on m.message_id = d.message_id
         union all
        select m.user_id, m.conversation_id, m.sequence_no, x.status
          from told x
          join messages m
            on m.conversation_id = x.conversation_id
           and m.platform_message_id = x.platform_message_id
      ), moved as (
        ${moveEarlier('seen')}
      )
      insert into realtime_events (user_id, kind, payload)
      select user_id, 'status', jsonb_build_object(
               'messageId', message_id, 'conversationId', conversation_id, 'deliveryStatus', status)
        from moved`,
    values: [JSON.stringify(statuses)],
  };
}
