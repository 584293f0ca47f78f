import { z } from 'zod';
import type { Enqueue } from '../../jobs/catalog.ts';
import { type Pool, rows } from '../../lib/db.ts';
import { asTenant } from '../../lib/tenant.ts';

const MeetingFound = z.object({ userId: z.string(), meetingId: z.string() });
const TenantFound = z.object({ userId: z.string() });

/** So late it is nobody's who is at it. */
const graceMs = 1_500;
const perSweep = 200;

/** Finds what Google is owed and nobody writes, and events that have to go; hints at each, and answers how many. */
export async function sweepMeetings(deps: { sweeper: Pool; enqueue: Enqueue }): Promise<number> {
  const meetings = await rows(
    deps.sweeper,
    MeetingFound,
    `select user_id as "userId", meeting_id as "meetingId"
       from meetings
      where google_due_at < now() - make_interval(secs => $1 / 1000.0)
        and (google_lease_until is null or google_lease_until < now())
      order by google_due_at
      limit $2`,
    [graceMs, perSweep],
  );
  const tenants = await rows(
    deps.sweeper,
    TenantFound,
    `select distinct user_id as "userId"
       from (select user_id from google_event_removals where due_at <= now() limit $1) r`,
    [perSweep],
  );
  if (meetings.length > 0) await deps.enqueue('meetings.write', { items: meetings });
  if (tenants.length > 0) await deps.enqueue('meetings.remove', { items: tenants });
  return meetings.length + tenants.length;
}

const keptHours = 48;

/** Forgets slots that were offered days ago. */
export async function forgetSlots({ sweeper, app }: { sweeper: Pool; app: Pool }): Promise<void> {
  const tenants = await rows(
    sweeper,
    TenantFound,
    `select distinct user_id as "userId"
       from (select user_id from meetings
              where status in ('held', 'lapsed') and held_until < now() - make_interval(hours => $1)
              limit $2) m`,
    [keptHours, perSweep],
  );
  for (const { userId } of tenants) {
    await asTenant(app, userId, (tx) =>
      tx.query(
        `delete from meetings
          where user_id = $1 and status in ('held', 'lapsed')
            and held_until < now() - make_interval(hours => $2)`,
        [userId, keptHours],
      ),
    );
  }
}
