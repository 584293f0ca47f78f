import type { Pool } from '../lib/db.ts';

/** Removes the events of all tenants that were written before `olderThan`; answers how many. */
export async function deleteOldEvents(sweeper: Pool, olderThan: Date): Promise<number> {
  const deleted = await sweeper.query('delete from realtime_events where created_at < $1', [
    olderThan,
  ]);
  return deleted.rowCount ?? 0;
}
