import type {
  EchoReceived,
  MediaReference,
  MessageReceived,
  StatusReceived,
} from '../../src/channels/inbound-event.ts';
import type { Pool } from '../../src/lib/db.ts';
import { newId } from '../../src/lib/ids.ts';
import type { Tenant } from '../support/arrange.ts';

/** When everything that Instagram tells here happened. */
export const at = new Date(1_793_700_000_000);

/** What Instagram tells about one customer of a tenant. */
export function instagramEvents(tenant: Tenant, customer: string) {
  const account = { platform: 'instagram', accountId: tenant.accountId } as const;
  const address = { kind: 'instagram_user_id', address: customer } as const;
  const content = (text: string) => ({ type: 'text' as const, text, details: {}, media: [] });
  return {
    writes: (id: string): MessageReceived => ({
      type: 'message',
      account,
      providerMessageId: id,
      from: { addresses: [address] },
      content: content(id),
      expectsReply: true,
      sentAt: at,
    }),
    echo: (id: string, text: string, files: MediaReference['kind'][] = []): EchoReceived => ({
      type: 'echo',
      mayBeOurs: true,
      account,
      providerMessageId: id,
      to: { addresses: [address] },
      content: {
        ...content(text),
        media: files.map((kind) => ({ kind, url: 'https://cdn.example' })),
      },
      sentAt: at,
    }),
    seen: (id: string): StatusReceived => ({
      type: 'status',
      account,
      providerMessageId: id,
      status: 'read',
      includesEarlier: true,
      seenBy: address,
      at,
    }),
  };
}

/** Adds a message of ours that is on its way to the customer: attempted, and its outcome not known. */
export async function arrangeAttempt(
  owner: Pool,
  tenant: Tenant,
  customer: string,
  given: { text: string; type?: string; attempts?: number; content?: object; attemptedAt?: Date },
): Promise<string> {
  const messageId = newId('msg');
  const { rowCount } = await owner.query(
    `with conversation as (
       update conversations set last_sequence_no = last_sequence_no + 1
        where user_id = $2 and customer_phone = $3
       returning conversation_id, last_sequence_no
     ), message as (
       insert into messages
         (message_id, user_id, conversation_id, sequence_no, sender, author, type, text, content, status,
          "timestamp")
       select $1, $2, conversation_id, last_sequence_no, 'agent', 'ai', $8, $4, $5, 'pending', $7
         from conversation
     )
     insert into message_delivery_status
       (message_id, user_id, conversation_id, attempts, attempted_at, next_attempt_at)
     select $1, $2, conversation_id, $6, $7, now() + interval '1 minute' from conversation`,
    [
      messageId,
      tenant.userId,
      customer,
      given.text,
      given.content ?? {},
      given.attempts ?? 1,
      given.attemptedAt ?? at,
      given.type ?? 'text',
    ],
  );
  if (rowCount !== 1) throw new Error('the customer has not written yet');
  return messageId;
}

/** A tenant's messages after the customer's, and who has the conversation. */
export async function endOf(owner: Pool, tenant: Tenant) {
  const { rows: messages } = await owner.query(
    `select m.author, m.text, m.platform_message_id as id, m.status,
            d.status as delivery, d.platform_message_id as "sentAs"
       from messages m left join message_delivery_status d using (message_id)
      where m.user_id = $1 and m.author <> 'customer'
      order by m.sequence_no`,
    [tenant.userId],
  );
  const { rows } = await owner.query(
    `select handled_by as "handledBy",
            last_sequence_no = (select count(*) from messages m where m.user_id = $1) as "isGapless"
       from conversations where user_id = $1`,
    [tenant.userId],
  );
  return { messages, ...rows[0] };
}
