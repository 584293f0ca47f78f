import type { Db } from '../lib/db.ts';
import type { EventRef } from './calendar.ts';

/**
 * Has a meeting go by another calendar, because its event is there now. Whoever writes to the old one records nothing;
 * what is owed is owed to the new one.
 */
export async function putIntoCalendar(
  tx: Db,
  from: { userId: string; calendarId: string },
  to: EventRef,
): Promise<void> {
  await tx.query(
    `update meetings
        set google_calendar_id = $4, google_attempts = 0, google_error = null,
            google_lease_id = null, google_lease_until = null
      where user_id = $1 and google_calendar_id = $2 and google_event_id = $3`,
    [from.userId, from.calendarId, to.eventId, to.calendarId],
  );
}
