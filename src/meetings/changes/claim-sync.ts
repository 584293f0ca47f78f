import { z } from 'zod';
import { type Db, maybeRow, type Pool } from '../../lib/db.ts';
import type { NewId } from '../../lib/ids.ts';
import { asTenant } from '../../lib/tenant.ts';

/** A calendar of a tenant's. */
export type CalendarRef = { userId: string; calendarId: string };

const ClaimedSync = z.object({
  userId: z.string(),
  calendarId: z.string(),
  leaseId: z.string(),
  /** Null: everything has to be read anew. */
  syncToken: z.string().nullable(),
  attempts: z.number().int(),
  channelId: z.string().nullable(),
  resourceId: z.string().nullable(),
  isChannelAlive: z.boolean(),
  isChannelDue: z.boolean(),
  oldChannelId: z.string().nullable(),
  oldResourceId: z.string().nullable(),
  /** As text, to the microsecond: whether the calendar has told us anything since. */
  lastToldAt: z.string().nullable(),
});

/** A calendar whose changes this process alone reads, for as long as the lease lasts. */
export type ClaimedSync = z.infer<typeof ClaimedSync>;

/** The lease went to somebody else, who reads the same: there is nothing more to do here. */
export class SyncLeaseLost extends Error {
  readonly code = 'calendar.sync_lease_lost';
}

/** Longer than a page takes to read and to apply; each page begins it anew. */
const leaseMs = 90_000;

/** Takes the lease on a calendar, if it is due to be looked at and nobody else does. */
export function claimSync(
  deps: { app: Pool; newId: NewId },
  ref: CalendarRef,
): Promise<ClaimedSync | undefined> {
  return asTenant(deps.app, ref.userId, (tx) =>
    maybeRow(
      tx,
      ClaimedSync,
      `update google_calendar_syncs
          set lease_id = $3, lease_until = now() + make_interval(secs => $4 / 1000.0)
        where user_id = $1 and calendar_id = $2 and look_at <= now()
          and (lease_until is null or lease_until < now())
        returning user_id as "userId", calendar_id as "calendarId", lease_id as "leaseId",
                  sync_token as "syncToken", attempts, channel_id as "channelId",
                  resource_id as "resourceId",
                  coalesce(channel_ends_at > now(), false) as "isChannelAlive",
                  coalesce(channel_renew_at <= now(), true) as "isChannelDue",
                  old_channel_id as "oldChannelId", old_resource_id as "oldResourceId",
                  last_told_at::text as "lastToldAt"`,
      [ref.userId, ref.calendarId, deps.newId('wrk'), leaseMs],
    ),
  );
}

/** Begins the lease anew, in the transaction of what is done under it. Throws SyncLeaseLost when it is another's. */
export async function keepSyncLease(tx: Db, claimed: ClaimedSync): Promise<void> {
  const kept = await tx.query(
    `update google_calendar_syncs
        set lease_until = now() + make_interval(secs => $4 / 1000.0)
      where user_id = $1 and calendar_id = $2 and lease_id = $3`,
    [claimed.userId, claimed.calendarId, claimed.leaseId, leaseMs],
  );
  if (kept.rowCount === 0) throw new SyncLeaseLost('somebody else reads this calendar now');
}
