import { z } from 'zod';
import { oneRow, type Pool } from '../lib/db.ts';

const Deleted = z.object({ count: z.int() });
const maxSlices = 100;

/**
 * Removes events written before `olderThan`; answers how many. Works in slices of a minute, so that no
 * statement is long, and leaves what many slices cannot do to the next call.
 */
export async function deleteOldEvents(sweeperPool: Pool, olderThan: Date): Promise<number> {
  let total = 0;
  for (let slice = 0; slice < maxSlices; slice += 1) {
    const { count } = await oneRow(
      sweeperPool,
      Deleted,
      `with gone as (
         delete from realtime_events
          where created_at < least($1::timestamptz,
                  (select min(created_at) from realtime_events) + interval '1 minute')
         returning created_at
       )
       select count(*)::int as count from gone`,
      [olderThan],
    );
    total += count;
    if (count === 0) break;
  }
  return total;
}
