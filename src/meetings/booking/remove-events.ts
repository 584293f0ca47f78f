import { z } from 'zod';
import { backoffMs } from '../../lib/clock.ts';
import { rows } from '../../lib/db.ts';
import { errorText, PermanentError, TransientError } from '../../lib/errors.ts';
import { asTenant } from '../../lib/tenant.ts';
import { NoCalendarConnected } from '../calendar-errors.ts';
import type { BookingDeps } from './booking-deps.ts';

const Removal = z.object({ calendarId: z.string(), eventId: z.string(), attempts: z.number() });

const perTurn = 50;
const claimedMs = 60_000;

/** Takes a tenant's events out of Google that have to go although no meeting says so any more. Twice does no harm. */
export async function removeEvents(deps: BookingDeps, userId: string): Promise<void> {
  const due = await asTenant(deps.app, userId, (tx) =>
    rows(
      tx,
      Removal,
      `update google_event_removals r
          set attempts = r.attempts + 1, due_at = now() + make_interval(secs => $2 / 1000.0)
        where r.user_id = $1 and (r.google_calendar_id, r.google_event_id) in (
          select google_calendar_id, google_event_id
            from google_event_removals
           where user_id = $1 and due_at <= now()
           order by due_at limit $3
             for update skip locked)
        returning r.google_calendar_id as "calendarId", r.google_event_id as "eventId", r.attempts`,
      [userId, claimedMs, perTurn],
    ),
  );
  for (const removal of due) await removeOne(deps, userId, removal);
}

async function removeOne(
  deps: BookingDeps,
  userId: string,
  { calendarId, eventId, attempts }: z.infer<typeof Removal>,
): Promise<void> {
  const place = [userId, calendarId, eventId];
  try {
    await deps.withCalendar(userId, (access) =>
      deps.calendar.remove(access, { calendarId, eventId }),
    );
  } catch (error) {
    if (!(error instanceof TransientError || error instanceof PermanentError)) throw error;
    deps.log.warn('an event could not be removed', { userId, error: errorText(error) });
    if (!(error instanceof NoCalendarConnected)) {
      const { random } = deps;
      const backoff = { attempt: attempts, baseMs: 60_000, maxMs: 6 * 3_600_000, random };
      await asTenant(deps.app, userId, (tx) =>
        tx.query(
          `update google_event_removals set due_at = now() + make_interval(secs => $4 / 1000.0)
            where user_id = $1 and google_calendar_id = $2 and google_event_id = $3`,
          [...place, backoffMs(backoff)],
        ),
      );
      return;
    }
    // Nobody lets us in any more: what is left there is the business's own.
  }
  await asTenant(deps.app, userId, (tx) =>
    tx.query(
      `delete from google_event_removals
        where user_id = $1 and google_calendar_id = $2 and google_event_id = $3`,
      place,
    ),
  );
}
