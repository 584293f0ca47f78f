import type { Db } from '../../lib/db.ts';
import type { ClaimedExtraction } from './claim-extractions.ts';

/**
 * Ends a claimed reading that went through `extractedThrough`; false when the lease does not stand any more,
 * and then nothing may be stored. What the customer has said since is due again; at once if `readOn`, or if there was
 * a strong signal meanwhile.
 */
export async function endExtraction(
  tx: Db,
  claimed: ClaimedExtraction,
  ended: { extractedThrough: number; readOn: boolean; idleMs: number },
): Promise<boolean> {
  const updated = await tx.query(
    `update conversations
        set extraction_lease_id = null, extraction_lease_until = null, extraction_attempts = 0,
            extracted_through = greatest(extracted_through, $4),
            last_extraction_at = now(),
            extraction_is_urgent = extraction_is_urgent or $5,
            extraction_due_at = case
              when extraction_is_urgent or $5 then now()
              when owed_through > $4 then last_message_at + make_interval(secs => $6 / 1000.0) end
      where user_id = $1 and conversation_id = $2 and extraction_lease_id = $3`,
    [
      claimed.userId,
      claimed.conversationId,
      claimed.leaseId,
      ended.extractedThrough,
      ended.readOn,
      ended.idleMs,
    ],
  );
  return (updated.rowCount ?? 0) > 0;
}

/** Gives a reading back, due again after `inMs`; false when the lease does not stand any more. */
export async function postponeExtraction(
  tx: Db,
  claimed: ClaimedExtraction,
  postponed: { inMs: number; countsAsAttempt: boolean },
): Promise<boolean> {
  const updated = await tx.query(
    `update conversations
        set extraction_lease_id = null, extraction_lease_until = null,
            extraction_is_urgent = extraction_is_urgent or $5,
            extraction_attempts = extraction_attempts - case when $6 then 0 else 1 end,
            extraction_due_at = now() + make_interval(secs => $4 / 1000.0)
      where user_id = $1 and conversation_id = $2 and extraction_lease_id = $3`,
    [
      claimed.userId,
      claimed.conversationId,
      claimed.leaseId,
      postponed.inMs,
      claimed.wasUrgent,
      postponed.countsAsAttempt,
    ],
  );
  return (updated.rowCount ?? 0) > 0;
}

/**
 * Gives up what was said through `seenThrough`: only further words are read. False when the lease does not stand any
 * more. What came meanwhile is due when it rests.
 */
export async function giveUpExtraction(
  tx: Db,
  claimed: ClaimedExtraction,
  { seenThrough, idleMs }: { seenThrough: number; idleMs: number },
): Promise<boolean> {
  const updated = await tx.query(
    `update conversations
        set extraction_lease_id = null, extraction_lease_until = null, extraction_attempts = 0,
            extraction_due_at = case
              when extraction_is_urgent then now()
              when owed_through > $4 then last_message_at + make_interval(secs => $5 / 1000.0) end
      where user_id = $1 and conversation_id = $2 and extraction_lease_id = $3`,
    [claimed.userId, claimed.conversationId, claimed.leaseId, seenThrough, idleMs],
  );
  return (updated.rowCount ?? 0) > 0;
}
