import type { Db } from '../lib/db.ts';

/**
 * Lets one transaction of a tenant's at a time take or move slots, until it ends: taken before any meeting's row, so
 * that two who want each other's time do not wait for each other.
 */
export async function lockSlots(tx: Db, userId: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('slots ' || $1, 0))`, [userId]);
}
