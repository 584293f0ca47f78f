/**
 * SQL that records, once for each message, that it never reached its customer: an event of the lead, because people
 * have to reach them some other way. `relation` has the columns of message_delivery_status.
 */
export function recordUndelivered(relation: string): string {
  return `insert into lead_events (lead_event_id, user_id, conversation_id, kind, event_key, details)
          select 'lev' || substr(message_id, strpos(message_id, '_')), user_id, conversation_id,
                 'failure', 'undelivered:' || message_id,
                 jsonb_build_object('reason', 'send_failed', 'messageId', message_id,
                                    'error', error_message)
            from ${relation}
           where status = 'failed'
          on conflict do nothing`;
}
