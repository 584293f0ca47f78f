import type { DeliveryProgress, StatusReceived } from '../../src/channels/inbound-event.ts';
import type { Pool } from '../../src/lib/db.ts';
import { newId } from '../../src/lib/ids.ts';
import type { Tenant } from '../support/arrange.ts';
import { arrangeConversation } from '../support/arrange-conversation.ts';

/** A message of ours, by our id and by the one that the provider gives it. */
export type Outbound = { messageId: string; platformMessageId: string };

/** Stores a reply that is on its way: attempted, and its outcome not known yet. */
export async function arrangeOutbound(owner: Pool, tenant: Tenant): Promise<Outbound> {
  const conversationId = await arrangeConversation(owner, tenant);
  const messageId = newId('msg');
  await owner.query(
    `with conversation as (
       update conversations set last_sequence_no = 1 where conversation_id = $3
     ), message as (
       insert into messages
         (message_id, user_id, conversation_id, sequence_no, sender, author, type, text, status)
       values ($1, $2, $3, 1, 'agent', 'ai', 'text', 'our answer', 'pending')
     )
     insert into message_delivery_status
       (message_id, user_id, conversation_id, attempts, attempted_at, next_attempt_at)
     values ($1, $2, $3, 1, now(), now() + interval '1 minute')`,
    [messageId, tenant.userId, conversationId],
  );
  return { messageId, platformMessageId: `wamid.${messageId}` };
}

/** The provider tells how far it has come; without its reference when it does not give that back. */
export function progress(
  tenant: Tenant,
  { messageId, platformMessageId }: Outbound,
  status: DeliveryProgress,
  options: { hasReference?: boolean } = {},
): StatusReceived {
  return {
    type: 'status',
    account: { platform: 'whatsapp', accountId: tenant.accountId },
    providerMessageId: platformMessageId,
    status,
    ...(options.hasReference === false ? {} : { reference: messageId }),
    ...(status === 'failed' ? { error: { code: 131_026, text: 'Message undeliverable' } } : {}),
    at: new Date(1_793_700_000_000),
  };
}

/** What is stored of a message's delivery, and what its message says of it. */
export async function deliveryOf(
  owner: Pool,
  { messageId }: Outbound,
): Promise<Record<string, unknown>> {
  const { rows } = await owner.query(
    `select d.status, d.error_code as "errorCode", d.error_message as "errorMessage",
            d.platform_message_id as "platformMessageId", m.status as "messageStatus",
            m.platform_message_id as "messagePlatformId",
            d.next_attempt_at is null as "isSettled"
       from message_delivery_status d join messages m using (message_id)
      where message_id = $1`,
    [messageId],
  );
  return rows[0] ?? {};
}
