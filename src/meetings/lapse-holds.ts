import type { Db } from '../lib/db.ts';

/**
 * Ends the tenant's holds whose time to decide is over, and those of a conversation if one is given, but for the slot
 * that it takes: what was offered stays known, and stands in nobody's way. `now` is the database's unless it is given.
 */
export async function lapseHolds(
  tx: Db,
  of: { userId: string; conversationId?: string; butSlotId?: string; now?: Date },
): Promise<void> {
  await tx.query(
    `update meetings set status = 'lapsed'
      where user_id = $1 and status = 'held' and (held_until <= coalesce($2, now()) or conversation_id = $3)
        and meeting_id is distinct from $4`,
    [of.userId, of.now ?? null, of.conversationId ?? null, of.butSlotId ?? null],
  );
}
