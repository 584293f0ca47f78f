import type { Db } from '../../lib/db.ts';
import { restartSyncs } from '../changes/ensure-sync.ts';

/** What follows when a calendar is connected or let go of; each joins the transaction that does it. */
export const calendarConsequences = {
  onConnect: restartSyncs,
  onDisconnect: async (_tx: Db, _userId: string): Promise<void> => {},
};
