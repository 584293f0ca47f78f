import { z } from 'zod';
import type { Pool } from '../../lib/db.ts';
import { queryAsTenants } from '../../lib/tenant.ts';
import { LeadState } from '../lead-state.ts';
import type { ClaimedExtraction } from './claim-extractions.ts';
import { aliasOf, type LeadMessage } from './lead-message.ts';

const MessageRow = z.object({
  messageId: z.string(),
  sequenceNo: z.number(),
  author: z.enum(['customer', 'ai', 'human', 'system']),
  type: z.string(),
  text: z.string(),
  transcripts: z.array(z.string()).nullable(),
  at: z.coerce.date(),
});

const FactsRow = z.object({
  contactId: z.string(),
  agentId: z.string(),
  agentName: z.string(),
  instructions: z.string(),
  attempts: z.number(),
  extractedThrough: z.number(),
  lastSequenceNo: z.number(),
  profileName: z.string().nullable(),
  profilePhone: z.string().nullable(),
  last: LeadState.nullable(),
  messages: z.array(MessageRow),
});

/** Everything that reading a conversation rests on, at one moment. */
export type ExtractionFacts = Omit<z.infer<typeof FactsRow>, 'messages'> & {
  /** New ones, a few before them, and those that earlier evidence is from; oldest first. */
  messages: LeadMessage[];
};

/** Messages before the new ones, so that a "yes" can be understood. */
const contextMessages = 6;
const newMessages = 1_000;

/** Reads what a claimed conversation has to say; undefined when the lease does not stand any more. */
export async function readExtractionFacts(
  app: Pool,
  claimed: ClaimedExtraction,
): Promise<ExtractionFacts | undefined> {
  const [row] = await queryAsTenants(app, [claimed.userId], {
    name: 'extraction_facts',
    text: `
      select c.contact_id as "contactId", a.agent_id as "agentId", a.name as "agentName",
             v.instructions, c.extraction_attempts as attempts,
             c.extracted_through as "extractedThrough",
             c.last_sequence_no as "lastSequenceNo", o.name as "profileName",
             i.phone as "profilePhone", e.understood as last, coalesce(s.messages, '[]') as messages
        from conversations c
        join agents a on a.agent_id = c.agent_id and a.user_id = c.user_id
        join contacts o on o.contact_id = c.contact_id and o.user_id = c.user_id
        join prompts q on q.prompt_id = a.prompt_id and q.user_id = a.user_id
        join prompt_versions v on v.prompt_id = q.prompt_id and v.version = q.latest_version
        left join extractions e on e.conversation_id = c.conversation_id and e.is_latest
        left join lateral (
          select '+' || x.address as phone from contact_identities x
           where x.user_id = c.user_id and x.contact_id = c.contact_id and x.kind = 'phone'
           order by x.created_at desc
           limit 1) i on true
        cross join lateral (
          select json_agg(json_build_object(
                   'messageId', m.message_id, 'sequenceNo', m.sequence_no, 'author', m.author,
                   'type', m.type, 'text', m.text, 'at', m."timestamp", 'transcripts', f.transcripts)
                   order by m.sequence_no) as messages
            from (
              (select * from messages n
                where n.conversation_id = c.conversation_id and n.sequence_no > c.extracted_through
                order by n.sequence_no
                limit ${newMessages})
              union
              (select * from messages n
                where n.conversation_id = c.conversation_id
                  and n.sequence_no between c.extracted_through - ${contextMessages - 1} and c.extracted_through)
              union
              (select n.* from messages n
                where n.conversation_id = c.conversation_id and n.message_id in (
                  select jsonb_path_query(e.understood -> 'reasoning', '$.*.evidence[*].messageId') #>> '{}'))
            ) m
            left join lateral (
              select json_agg(x.transcript order by x.position) as transcripts
                from attachments x
               where x.message_id = m.message_id and x.transcript is not null
            ) f on m.type = 'audio'
           where m.revoked_at is null and m.status <> 'failed') s
       where c.user_id = $1 and c.conversation_id = $2 and c.extraction_lease_id = $3`,
    values: [claimed.userId, claimed.conversationId, claimed.leaseId],
  });
  if (row === undefined) return undefined;
  const { messages, ...facts } = FactsRow.parse(row);
  return { ...facts, messages: messages.map(leadMessage) };
}

/** How far these facts go: also past what was taken back since, and no further than is read at once. */
export function seenThrough({ extractedThrough, lastSequenceNo }: ExtractionFacts): number {
  return Math.min(lastSequenceNo, extractedThrough + newMessages);
}

/** Whether the customer has said anything that was not read yet. */
export function hasNews({ messages, extractedThrough }: ExtractionFacts): boolean {
  return messages.some(
    ({ from, sequenceNo }) => from === 'customer' && sequenceNo > extractedThrough,
  );
}

function leadMessage(row: z.infer<typeof MessageRow>): LeadMessage {
  const words = [row.text, ...(row.transcripts ?? [])].filter((text) => text !== '');
  return {
    alias: aliasOf(row.sequenceNo),
    messageId: row.messageId,
    sequenceNo: row.sequenceNo,
    from: row.author === 'ai' || row.author === 'human' ? 'business' : row.author,
    at: row.at,
    text: words.length === 0 ? `[${row.type}]` : words.join('\n'),
  };
}
