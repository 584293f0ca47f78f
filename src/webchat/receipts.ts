import { z } from 'zod';
import type { InboundEvent } from '../channels/inbound-event.ts';
import type { Now } from '../lib/clock.ts';
import { maybeRow, type Pool } from '../lib/db.ts';
import { asTenant } from '../lib/tenant.ts';
import type { Visitor } from './find-visitor.ts';

const NewestRow = z.object({ messageId: z.string() });

/** Tells how far a visitor has been given, or has read, what the business wrote: all up to message `through`. */
export async function receiveReceipt(
  deps: { app: Pool; now: Now; ingest: (events: InboundEvent[]) => Promise<void> },
  { site, conversationId }: Visitor,
  receipt: { status: 'delivered' | 'read'; through: number },
): Promise<void> {
  const newest = await asTenant(deps.app, site.userId, (tx) =>
    maybeRow(
      tx,
      NewestRow,
      `select message_id as "messageId" from messages
        where user_id = $1 and conversation_id = $2 and sender = 'agent' and sequence_no <= $3
        order by sequence_no desc
        limit 1`,
      [site.userId, conversationId, receipt.through],
    ),
  );
  if (newest === undefined) return;
  await deps.ingest([
    {
      type: 'status',
      account: { platform: 'webchat', accountId: site.key },
      // The web chat has no ids of its own: a message goes by ours.
      providerMessageId: newest.messageId,
      reference: newest.messageId,
      status: receipt.status,
      includesEarlier: true,
      at: deps.now(),
    },
  ]);
}
