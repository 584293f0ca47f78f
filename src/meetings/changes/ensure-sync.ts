import type { Db } from '../../lib/db.ts';

/** Has the changes of a calendar looked for from now on; one that is looked after already stays as it is. */
export async function ensureSync(tx: Db, userId: string, calendarId: string): Promise<void> {
  await tx.query(
    `insert into google_calendar_syncs (user_id, calendar_id)
     select user_id, $2
       from google_calendar_tokens
      where user_id = $1
     on conflict (user_id, calendar_id) do nothing`,
    [userId, calendarId],
  );
}

/** Has the changes looked for of every calendar that meetings of a tenant's are or will be written to. */
export async function ensureSyncs(tx: Db, userId: string): Promise<void> {
  await tx.query(
    `insert into google_calendar_syncs (user_id, calendar_id)
     select user_id, write_calendar_id
       from google_calendar_tokens
      where user_id = $1
      union
     select m.user_id, m.google_calendar_id
       from meetings m
       join google_calendar_tokens using (user_id)
      where m.user_id = $1 and m.google_calendar_id is not null
        and m.status in ('pending', 'scheduled')
        and m.meeting_time > now() - interval '1 day'
     on conflict (user_id, calendar_id) do nothing`,
    [userId],
  );
}

/**
 * Looks at all calendars of a tenant anew, because it has connected (again): what was known may be of another account.
 * Channels that were open are stopped once new ones are.
 */
export async function restartSyncs(tx: Db, userId: string): Promise<void> {
  await ensureSyncs(tx, userId);
  await tx.query(
    `update google_calendar_syncs
        set sync_token = null, look_at = now(), attempts = 0, lease_id = null, lease_until = null,
            old_channel_id = coalesce(channel_id, old_channel_id),
            old_resource_id = coalesce(resource_id, old_resource_id),
            channel_id = null, resource_id = null, channel_ends_at = null, channel_renew_at = null
      where user_id = $1`,
    [userId],
  );
}
