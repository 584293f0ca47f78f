import { z } from 'zod';
import { type Db, rows } from '../../lib/db.ts';
import { asTenant } from '../../lib/tenant.ts';
import type { CalendarEvent } from '../calendar.ts';
import { putIntoCalendar } from '../put-into-calendar.ts';
import type { CalendarRef } from './claim-sync.ts';
import { type Elsewhere, findElsewhere } from './find-elsewhere.ts';
import type { SyncDeps } from './sync-calendar.ts';

const Live = z.object({ eventId: z.string() });

/**
 * Finds the events of meetings to come that are gone from a calendar because somebody dragged them into another one.
 * Asks the calendar, so no transaction may be open.
 */
export async function findDragged(
  deps: Pick<SyncDeps, 'app' | 'calendar' | 'withAccess'>,
  from: CalendarRef,
  events: CalendarEvent[],
): Promise<Elsewhere[]> {
  const gone = events.filter(({ isCancelled }) => isCancelled).map(({ eventId }) => eventId);
  if (gone.length === 0) return [];
  const { userId, calendarId } = from;
  const live = await asTenant(deps.app, userId, (tx) =>
    rows(
      tx,
      Live,
      `select google_event_id as "eventId"
         from meetings
        where user_id = $1 and google_calendar_id = $2 and google_event_id = any($3)
          and status in ('pending', 'scheduled')
          and meeting_time + make_interval(mins => duration_minutes) > now()`,
      [userId, calendarId, gone],
    ),
  );
  const dragged: Elsewhere[] = [];
  for (const { eventId } of live) {
    const found = await deps.withAccess(userId, (access) =>
      findElsewhere(deps.calendar, access, { calendarId, eventId }),
    );
    if (found !== undefined) dragged.push(found);
  }
  return dragged;
}

/** Has the meetings of these events go by the calendar in which the events are now; the look's record has it looked at. */
export async function followDragged(
  tx: Db,
  from: CalendarRef,
  dragged: Elsewhere[],
): Promise<void> {
  for (const { calendarId, event } of dragged) {
    await putIntoCalendar(tx, from, { calendarId, eventId: event.eventId });
  }
}
