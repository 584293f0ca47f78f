import { z } from 'zod';
import { oneRow, type Pool } from '../lib/db.ts';
import type { OwedNow } from '../lib/metrics.ts';

const OwedRow = z.object({
  replies: z.number(),
  oldestSeconds: z.number(),
  unsentMessages: z.number(),
  calendarWrites: z.number(),
  meetingMessages: z.number(),
  meetingMessageOldestSeconds: z.number(),
});

/** What is owed over all tenants at this moment. */
export function readOwed(sweeper: Pool): Promise<OwedNow> {
  return oneRow(
    sweeper,
    OwedRow,
    `select c.replies, c."oldestSeconds",
            (select count(*)::int from message_delivery_status where status = 'pending') as "unsentMessages",
            (select count(*)::int from meetings where google_due_at <= now())
              + (select count(*)::int from google_event_removals where due_at <= now()) as "calendarWrites",
            m.messages as "meetingMessages", m."oldestSeconds" as "meetingMessageOldestSeconds"
       from (select count(*)::int as replies,
                    coalesce(extract(epoch from now() - min(reply_due_at)), 0)::float8 as "oldestSeconds"
               from conversations
              where reply_due_at <= now()) c
      cross join (select count(*)::int as messages,
                         coalesce(extract(epoch from now() - min(due_at)), 0)::float8 as "oldestSeconds"
                    from meeting_messages
                   where due_at <= now()) m`,
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
