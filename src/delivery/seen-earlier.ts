/** A customer who opens a conversation sees all of it: further back than this nothing is marked. */
const newestMessages = 100;

/**
 * SQL that moves what we sent before a message as far as that message has come, for channels on which seeing one is
 * seeing what stands above it. `relation` has user_id, conversation_id, sequence_no and status.
 */
export function moveEarlier(relation: string): string {
  return `update message_delivery_status d
             set status = s.status, updated_at = now()
            from ${relation} s
            join messages m
              on m.conversation_id = s.conversation_id and m.sequence_no < s.sequence_no
             and m.sequence_no >= s.sequence_no - ${newestMessages}
           where d.message_id = m.message_id and d.user_id = s.user_id
             and d.status in ('sent', 'delivered')
             and delivery_rank(s.status) > delivery_rank(d.status)
          returning d.message_id, d.user_id, d.conversation_id, d.status`;
}
