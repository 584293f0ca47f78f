import type { Enqueue } from '../../jobs/catalog.ts';
import { errorText } from '../../lib/errors.ts';
import { inTurns } from '../../notifications/in-turns.ts';
import type { CalendarRef } from './claim-sync.ts';
import { type SyncDeps, syncCalendar } from './sync-calendar.ts';

/** Each waits for a provider most of its time. */
const maxUnderWay = 8;

/** Looks at the calendars that are due. One that fails keeps no other from it; the sweep comes back to it. */
export function workOnChanges(
  deps: SyncDeps & { enqueue: Enqueue },
  calendars: CalendarRef[],
): Promise<void> {
  return inTurns(calendars, { atOnce: maxUnderWay }, async (calendar) => {
    try {
      const { isDue } = await syncCalendar(deps, calendar);
      if (isDue) await deps.enqueue('meetings.changes', { items: [calendar] });
    } catch (error) {
      const fields = { ...calendar, error: errorText(error) };
      deps.log.error('changes of a calendar could not be worked on', fields);
    }
  });
}
