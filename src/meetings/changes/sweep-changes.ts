import { z } from 'zod';
import type { Enqueue } from '../../jobs/catalog.ts';
import { type Pool, rows } from '../../lib/db.ts';

const CalendarRef = z.object({ userId: z.string(), calendarId: z.string() });
const perSweep = 200;

/** Finds the calendars that are due to be looked at, and hints at each; answers how many. */
export async function sweepChanges(deps: { sweeper: Pool; enqueue: Enqueue }): Promise<number> {
  const due = await rows(
    deps.sweeper,
    CalendarRef,
    `select user_id as "userId", calendar_id as "calendarId"
       from google_calendar_syncs
      where look_at <= now() and (lease_until is null or lease_until < now())
      order by look_at
      limit $1`,
    [perSweep],
  );
  if (due.length > 0) await deps.enqueue('meetings.changes', { items: due });
  return due.length;
}
