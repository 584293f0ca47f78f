import { z } from 'zod';
import type { Enqueue } from '../../jobs/catalog.ts';
import { type Pool, rows } from '../../lib/db.ts';

const LeadToRead = z.object({ userId: z.string(), conversationId: z.string() });

const perSweep = 500;

/**
 * Finds the conversations that are due to be read as leads and that nobody reads, and enqueues them; answers how
 * many. This is also what starts a reading after the idle period: a job for each message would cost more.
 */
export async function sweepLeads(deps: { sweeper: Pool; enqueue: Enqueue }): Promise<number> {
  const due = await rows(
    deps.sweeper,
    LeadToRead,
    `select user_id as "userId", conversation_id as "conversationId"
       from conversations
      where extraction_due_at <= now()
        and (extraction_lease_until is null or extraction_lease_until < now())
      order by extraction_due_at
      limit $1`,
    [perSweep],
  );
  if (due.length > 0) await deps.enqueue('leads.extract', { items: due });
  return due.length;
}
