import { z } from 'zod';
import { PlatformName } from '../channels/phone-numbers.ts';
import type { Pool } from '../lib/db.ts';
import { errorText } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { queryAsTenants } from '../lib/tenant.ts';
import { type AcknowledgeDeps, showTyping } from './acknowledge.ts';

const Row = z.object({
  userId: z.string(),
  conversationId: z.string(),
  platform: PlatformName,
  phoneNumberId: z.string(),
  accountId: z.string(),
  accessToken: z.string(),
  providerMessageId: z.string(),
  customerAddress: z.string(),
});

/**
 * Shows the customers of these conversations that we have read and are writing, once for what they have
 * written so far, if the AI is going to answer.
 */
export async function acknowledgeConversations(
  deps: AcknowledgeDeps & { app: Pool; log: Log },
  wanted: { userId: string; conversationId: string }[],
): Promise<void> {
  const found = await queryAsTenants(
    deps.app,
    wanted.map(({ userId }) => userId),
    {
      name: 'acknowledge',
      text: `
        with wanted as materialized (
          select * from unnest($1::text[], $2::text[]) as x (user_id, conversation_id)
           order by conversation_id
        ), acknowledged as (
          update conversations c
             set acknowledged_through = c.owed_through
            from wanted w
           where c.conversation_id = w.conversation_id and c.user_id = w.user_id
             and c.acknowledged_through < c.owed_through and c.handled_by = 'ai'
             -- A comment lets nobody be shown that it was read.
             and c.reply_window_ends_at > now()
             and exists (select from credits r where r.user_id = c.user_id and r.remaining_credits > 0)
          returning c.*
        )
        select c.user_id as "userId", c.conversation_id as "conversationId", p.platform,
               p.id as "phoneNumberId", p.meta_phone_number_id as "accountId",
               p.access_token as "accessToken", m.platform_message_id as "providerMessageId",
               c.customer_phone as "customerAddress"
          from acknowledged c
          join agents a on a.agent_id = c.agent_id and a.user_id = c.user_id
          join phone_numbers p on p.id = a.phone_number_id and p.user_id = a.user_id
          join messages m on m.conversation_id = c.conversation_id and m.sequence_no = c.owed_through
         where p.health = 'ok' and m.platform_message_id is not null`,
      values: [
        wanted.map(({ userId }) => userId),
        wanted.map(({ conversationId }) => conversationId),
      ],
    },
    'lazy',
  );
  await Promise.all(found.map((row) => show(deps, Row.parse(row))));
}

async function show(deps: AcknowledgeDeps, row: z.infer<typeof Row>): Promise<void> {
  deps.publishTyping(row);
  try {
    await showTyping(deps, row, { ...row, from: row.customerAddress });
  } catch (error) {
    deps.log.info('typing not shown', {
      conversationId: row.conversationId,
      error: errorText(error),
    });
  }
}
