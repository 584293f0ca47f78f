import { z } from 'zod';
import type { EchoReceived, InboundEvent } from '../channels/inbound-event.ts';
import type { Pool } from '../lib/db.ts';
import { accountKey } from './inbound-facts.ts';

const Attempted = z.object({
  messageId: z.string(),
  /** The words as they were sent: with the address of a button below them where the channel has none. */
  text: z.string(),
  /** What was sent is a file of this kind, without words. */
  file: z.enum(['image', 'video', 'audio', 'document']).nullable(),
  attempts: z.number(),
});

/** A message of ours that the provider may have sent without our knowing as what. */
export type AttemptedMessage = z.infer<typeof Attempted>;

const EchoRow = z.object({
  key: z.string(),
  ownMessageId: z.string().nullable(),
  attempted: z.array(Attempted),
});

/** What is known about an echo: which message of ours has its id, or which messages of ours it might be. */
export type EchoFacts = Pick<z.infer<typeof EchoRow>, 'ownMessageId' | 'attempted'>;

/** The key of an echo in the facts. */
export const echoKey = ({ account, providerMessageId }: EchoReceived): string =>
  `${accountKey(account)} ${providerMessageId}`;

/** How far back a message may be whose echo comes now, in which conversations with the customer. */
const newestMessages = 40;
const newestConversations = 3;

/**
 * How far the provider's time of a send may be from ours. It lies between the first attempt, which the message's own
 * time precedes, and the last: an echo from any other time is of what a person wrote.
 */
const leewayMinutes = 5;

/**
 * Reads, in one statement and so at one moment, what is known about echoes that may be of our own sends. A send is
 * marked as attempted before it is made: whatever comes back of it finds either the mark or the recorded id, whatever
 * became of the agent and of our patience: what was attempted more than once and then given up may have been sent.
 * What failed at once was refused. Each limit keeps the planner to a look-up by the whole key, as in readInboundFacts.
 */
export async function readEchoFacts(
  receiver: Pool,
  events: InboundEvent[],
): Promise<Map<string, EchoFacts>> {
  const echoes = events.filter((event) => event.type === 'echo' && event.mayBeOurs === true);
  const wanted = echoes.flatMap((event) => (event.type === 'echo' ? [wantedOf(event)] : []));
  if (wanted.length === 0) return new Map();
  const result = await receiver.query({
    name: 'echo_facts',
    text: `
      select w.key, s.message_id as "ownMessageId", coalesce(o.attempted, '[]') as attempted
        from jsonb_to_recordset($1::jsonb)
          as w (key text, platform text, account_id text, kind text, address text, message_id text,
              sent_at timestamptz)
        join phone_numbers p on p.platform = w.platform and p.meta_phone_number_id = w.account_id
        left join lateral (
          select d.message_id from message_delivery_status d
           where d.user_id = p.user_id and d.platform_message_id = w.message_id
           limit 1) s on true
        left join lateral (
          select json_agg(json_build_object(
                   'messageId', m.message_id, 'attempts', d.attempts,
                   'file', case when m.type in ('image', 'video', 'audio', 'document')
                                then m.type end,
                   'text', m.text || coalesce(E'\\n\\n' || (m.content -> 'button' ->> 'url'), ''))
                   order by d.platform_message_id is null desc, m."timestamp") as attempted
            from (
              select x.contact_id from contact_identities x
               where x.user_id = p.user_id and x.kind = w.kind and x.address = w.address
               limit 1) i
            cross join lateral (
              select x.conversation_id, x.last_sequence_no from conversations x
               where x.user_id = p.user_id and x.contact_id = i.contact_id
                 and x.customer_phone = w.address
               order by x.last_message_at desc
               limit ${newestConversations}) c
            join messages m
              on m.conversation_id = c.conversation_id
             and m.sequence_no > c.last_sequence_no - ${newestMessages}
             and m.sender = 'agent'
            join message_delivery_status d on d.message_id = m.message_id
           where s.message_id is null
             and d.attempts > 0 and (d.status <> 'failed' or d.attempts > 1)
             and (d.platform_message_id is null or d.attempts > 1)
             and w.sent_at between m."timestamp" - interval '${leewayMinutes} minutes'
                               and d.attempted_at + interval '${leewayMinutes} minutes') o on true`,
    values: [JSON.stringify(wanted)],
  });
  return new Map(
    result.rows.map((row) => {
      const { key, ...facts } = EchoRow.parse(row);
      return [key, facts] as const;
    }),
  );
}

function wantedOf(event: EchoReceived) {
  const [address] = event.to.addresses;
  return {
    key: echoKey(event),
    platform: event.account.platform,
    account_id: event.account.accountId,
    kind: address.kind,
    address: address.address,
    message_id: event.providerMessageId,
    sent_at: event.sentAt.toISOString(),
  };
}
