import { z } from 'zod';
import { type Pool, rows } from '../../lib/db.ts';
import { errorText } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import { asTenant } from '../../lib/tenant.ts';
import type { Calendar } from '../calendar.ts';
import type { WithAccess } from './sync-calendar.ts';

const OpenChannel = z.object({ channelId: z.string(), resourceId: z.string() });

/**
 * Stops the channels of a tenant that disconnects, as well as it goes; before the access is given back, or nobody could.
 * One that stays open ends by itself, and what it tells is refused.
 */
export async function stopWatching(
  deps: { app: Pool; calendar: Calendar; withAccess: WithAccess; log: Log },
  userId: string,
): Promise<void> {
  try {
    const open = await asTenant(deps.app, userId, (tx) =>
      rows(
        tx,
        OpenChannel,
        `select channel_id as "channelId", resource_id as "resourceId"
           from google_calendar_syncs
          where user_id = $1 and channel_id is not null and resource_id is not null
         union
         select old_channel_id, old_resource_id
           from google_calendar_syncs
          where user_id = $1 and old_channel_id is not null and old_resource_id is not null`,
        [userId],
      ),
    );
    for (const channel of open) {
      await deps.withAccess(userId, (access) => deps.calendar.unwatch(access, channel));
    }
  } catch (error) {
    deps.log.warn('a channel stays open', { userId, error: errorText(error) });
  }
}
