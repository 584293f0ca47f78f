import { z } from 'zod';
import type { Pool } from '../lib/db.ts';
import { queryAsTenants } from '../lib/tenant.ts';
import type { ConversationRef } from './claim-sends.ts';

const DueRow = z.object({ conversationId: z.string(), inMs: z.number() });

/**
 * In how many milliseconds the oldest unsent message of each conversation may be sent, in their order;
 * undefined where there is none that waits for its time.
 */
export async function nextSendsDue(
  app: Pool,
  wanted: ConversationRef[],
): Promise<(number | undefined)[]> {
  const rows = await queryAsTenants(
    app,
    wanted.map(({ userId }) => userId),
    {
      name: 'next_sends_due',
      text: `
        select w.conversation_id as "conversationId",
               extract(epoch from h.next_attempt_at - now())::float8 * 1000 as "inMs"
          from unnest($1::text[], $2::text[]) as w (user_id, conversation_id)
          cross join lateral (
            select d.next_attempt_at
              from message_delivery_status d
              join messages m on m.message_id = d.message_id
             where d.conversation_id = w.conversation_id and d.user_id = w.user_id
               and d.next_attempt_at is not null
             order by m.sequence_no
             limit 1) h
         where h.next_attempt_at > now()`,
      values: [
        wanted.map(({ userId }) => userId),
        wanted.map(({ conversationId }) => conversationId),
      ],
    },
    'lazy',
  );
  const due = new Map(
    rows.map((row) => {
      const { conversationId, inMs } = DueRow.parse(row);
      return [conversationId, inMs] as const;
    }),
  );
  return wanted.map(({ conversationId }) => due.get(conversationId));
}
