import type { Db } from '../lib/db.ts';

/**
 * Lets one transaction of a tenant's at a time take, move or settle slots, until it ends: taken before any meeting's row
 * and after that of a calendar's reading, so that two who want what the other one has do not wait for each other.
 */
export async function lockSlots(tx: Db, userId: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('slots ' || $1, 0))`, [userId]);
}
