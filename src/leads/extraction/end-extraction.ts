import type { Db } from '../../lib/db.ts';
import type { ClaimedExtraction } from './claim-extractions.ts';

/**
 * Ends a claimed reading that went through `extractedThrough`; false when the lease does not stand any more,
 * and then nothing may be stored. What the customer has said since is due again, at once if `readOn`.
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
            extraction_is_urgent = $5,
            extraction_due_at = case
              when $5 then now()
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

/** Gives a reading back: due again after `inMs`, or not before the customer says more when that is null. */
export async function postponeExtraction(
  tx: Db,
  claimed: ClaimedExtraction,
  inMs: number | null,
): Promise<void> {
  await tx.query(
    `update conversations
        set extraction_lease_id = null, extraction_lease_until = null,
            extraction_is_urgent = $4::float8 is not null and extraction_is_urgent,
            extraction_attempts = case when $4::float8 is null then 0 else extraction_attempts end,
            extraction_due_at = now() + make_interval(secs => $4::float8 / 1000.0)
      where user_id = $1 and conversation_id = $2 and extraction_lease_id = $3`,
    [claimed.userId, claimed.conversationId, claimed.leaseId, inMs],
  );
}
