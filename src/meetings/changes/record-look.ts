import { z } from 'zod';
import { maybeRow, type Pool } from '../../lib/db.ts';
import { asTenant } from '../../lib/tenant.ts';
import type { ClaimedSync } from './claim-sync.ts';
import { ensureSyncs } from './ensure-sync.ts';

/** What a look at a calendar came to. */
export type LookToRecord = {
  claimed: ClaimedSync;
  /** What the next look begins with; null: everything has to be read anew. */
  syncToken: string | null;
  hasRead: boolean;
  attempts: number;
  lookInMs: number;
};

const Recorded = z.object({ isDue: z.boolean() });

/**
 * Records a look and lets go of the lease, unless it is another's by now. Answers whether the calendar has told us of
 * more in the meantime: then it is due at once.
 */
export function recordLook(
  deps: { app: Pool },
  { claimed, ...look }: LookToRecord,
): Promise<{ isDue: boolean }> {
  return asTenant(deps.app, claimed.userId, async (tx) => {
    const recorded = await maybeRow(
      tx,
      Recorded,
      `update google_calendar_syncs
          set sync_token = $4, attempts = $5, lease_id = null, lease_until = null,
              last_read_at = case when $6 then now() else last_read_at end,
              look_at = case when last_told_at::text is distinct from $7::text then now()
                             else least(now() + make_interval(secs => $8 / 1000.0),
                                        case when channel_renew_at > now() then channel_renew_at end)
                        end
        where user_id = $1 and calendar_id = $2 and lease_id = $3
        returning look_at <= now() as "isDue"`,
      [
        claimed.userId,
        claimed.calendarId,
        claimed.leaseId,
        look.syncToken,
        look.attempts,
        look.hasRead,
        claimed.lastToldAt,
        look.lookInMs,
      ],
    );
    await ensureSyncs(tx, claimed.userId);
    return recorded ?? { isDue: false };
  });
}
