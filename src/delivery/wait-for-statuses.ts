import type { Pool } from '../lib/db.ts';

/**
 * Gives every attempt whose outcome nobody knows its whole time to settle, from now: while no process received, no
 * status could tell. For a process that begins to receive, before anything is sent by it. `receiver` acts for all
 * tenants. What a provider refused for now is due as it was.
 */
export async function waitForStatuses(receiver: Pool, settleMs: number): Promise<void> {
  await receiver.query(
    `update message_delivery_status
        set next_attempt_at = greatest(next_attempt_at, now() + make_interval(secs => $1 / 1000.0))
      where next_attempt_at is not null and attempted_at is not null and coalesce(error_code, 0) = 0`,
    [settleMs],
  );
}
