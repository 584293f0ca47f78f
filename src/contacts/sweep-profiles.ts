import { z } from 'zod';
import type { Enqueue } from '../jobs/catalog.ts';
import { type Pool, rows } from '../lib/db.ts';

const ContactRow = z.object({ userId: z.string(), contactId: z.string() });

const graceMs = 1_500;
const perSweep = 200;

/** Finds contacts whose profile is due and whose hint was lost, or who are to be asked about again. */
export async function sweepProfiles(deps: { sweeper: Pool; enqueue: Enqueue }): Promise<void> {
  const items = await rows(
    deps.sweeper,
    ContactRow,
    `select user_id as "userId", contact_id as "contactId"
       from contacts
      where profile_due_at < now() - make_interval(secs => $1 / 1000.0)
      order by profile_due_at
      limit $2`,
    [graceMs, perSweep],
  );
  if (items.length > 0) await deps.enqueue('contacts.profile', { items });
}
