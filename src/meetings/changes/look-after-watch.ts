import { randomUUID } from 'node:crypto';
import type { Pool } from '../../lib/db.ts';
import type { Vault } from '../../lib/encryption.ts';
import { errorText } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import { asTenant } from '../../lib/tenant.ts';
import type { Calendar } from '../calendar.ts';
import { CalendarNeedsAttention, NoCalendarConnected } from '../calendar-errors.ts';
import { channelToken } from './channel-token.ts';
import type { ClaimedSync } from './claim-sync.ts';
import type { WithAccess } from './sync-calendar.ts';

export type WatchDeps = {
  app: Pool;
  calendar: Calendar;
  withAccess: WithAccess;
  vault: Vault;
  now: () => Date;
  /** Where the calendar can tell us that something changed; undefined: calendars are only looked at from time to time. */
  watchAddress: string | undefined;
  log: Log;
};

const dayMs = 24 * 3_600_000;
const lifeMs = 7 * dayMs;

/** When a channel is renewed: a day before its end, or a fifth of its life where that is less. */
export function renewAt(openedAt: Date, endsAt: Date): Date {
  const livesForMs = endsAt.getTime() - openedAt.getTime();
  return new Date(endsAt.getTime() - Math.min(dayMs, livesForMs / 5));
}

/**
 * Has a channel open by which the calendar tells of changes: a new one before the old one ends, and only then the old
 * one is stopped. Answers whether there is one; without, the calendar is looked at more often. Throws only what a person
 * has to mend.
 */
export async function lookAfterWatch(deps: WatchDeps, claimed: ClaimedSync): Promise<boolean> {
  try {
    if (deps.watchAddress === undefined) return claimed.isChannelAlive;
    if (!claimed.isChannelDue) {
      await stopOld(deps, claimed, claimed);
      return true;
    }
    const stopped = await openChannel(deps, claimed, deps.watchAddress);
    await stopOld(deps, claimed, stopped);
    return true;
  } catch (error) {
    if (error instanceof CalendarNeedsAttention || error instanceof NoCalendarConnected)
      throw error;
    const { userId, calendarId } = claimed;
    const fields = { userId, calendarId, error: errorText(error) };
    deps.log.warn('a calendar tells us nothing: it is looked at instead', fields);
    return claimed.isChannelAlive;
  }
}

type OldChannel = { oldChannelId: string | null; oldResourceId: string | null };

/** Opens a channel and stores it; the one before it becomes the old one. */
async function openChannel(
  { app, calendar, withAccess, vault, now }: WatchDeps,
  { userId, calendarId, leaseId, ...known }: ClaimedSync,
  address: string,
): Promise<OldChannel> {
  const channelId = randomUUID();
  const endsAt = new Date(now().getTime() + lifeMs);
  const asked = { calendarId, channelId, token: channelToken(vault, channelId), address, endsAt };
  const channel = await withAccess(userId, (access) => calendar.watch(access, asked));
  await asTenant(app, userId, (tx) =>
    tx.query(
      `update google_calendar_syncs
          set old_channel_id = coalesce(channel_id, old_channel_id),
              old_resource_id = case when channel_id is null then old_resource_id else resource_id end,
              channel_id = $4, resource_id = $5, channel_ends_at = $6,
              channel_renew_at = $7
        where user_id = $1 and calendar_id = $2 and lease_id = $3`,
      [
        userId,
        calendarId,
        leaseId,
        channelId,
        channel.resourceId,
        channel.endsAt,
        renewAt(now(), channel.endsAt),
      ],
    ),
  );
  return known.channelId === null
    ? known
    : { oldChannelId: known.channelId, oldResourceId: known.resourceId };
}

async function stopOld(
  { app, calendar, withAccess }: WatchDeps,
  { userId, calendarId }: ClaimedSync,
  { oldChannelId, oldResourceId }: OldChannel,
): Promise<void> {
  if (oldChannelId === null || oldResourceId === null) return;
  const channel = { channelId: oldChannelId, resourceId: oldResourceId };
  await withAccess(userId, (access) => calendar.unwatch(access, channel));
  await asTenant(app, userId, (tx) =>
    tx.query(
      `update google_calendar_syncs set old_channel_id = null, old_resource_id = null
        where user_id = $1 and calendar_id = $2 and old_channel_id = $3`,
      [userId, calendarId, oldChannelId],
    ),
  );
}
