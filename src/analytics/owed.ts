import { z } from 'zod';
import { oneRow, type Pool } from '../lib/db.ts';
import type { OwedNow } from '../lib/metrics.ts';

const OwedRow = z.object({
  replies: z.number(),
  oldestSeconds: z.number(),
  unsentMessages: z.number(),
});

/** What is owed over all tenants at this moment. */
export function readOwed(sweeper: Pool): Promise<OwedNow> {
  return oneRow(
    sweeper,
    OwedRow,
    `select count(*)::int as replies,
            coalesce(extract(epoch from now() - min(c.reply_due_at)), 0)::float8 as "oldestSeconds",
            (select count(*)::int from message_delivery_status where status = 'pending') as "unsentMessages"
       from conversations c
      where c.reply_due_at <= now()`,
  );
}

const CreditsRow = z.object({ credits: z.number() });

/** All credits that are left, over all tenants. */
export async function countCredits(admin: Pool): Promise<number> {
  const row = await oneRow(
    admin,
    CreditsRow,
    `select coalesce(sum(remaining_credits), 0)::float8 as credits from credits`,
  );
  return row.credits;
}
