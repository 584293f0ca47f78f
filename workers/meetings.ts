import type { Context } from '../src/context.ts';
import { errorText } from '../src/lib/errors.ts';
import type { BookingDeps } from '../src/meetings/booking/booking-deps.ts';
import { removeEvents } from '../src/meetings/booking/remove-events.ts';
import { writeMeeting } from '../src/meetings/booking/write-meeting.ts';
import { workOnChanges } from '../src/meetings/changes/work-on-changes.ts';
import { withAccess } from '../src/meetings/connection/with-access.ts';
import { icsLinks } from '../src/meetings/telling/ics-links.ts';
import { inTurns } from '../src/notifications/in-turns.ts';
import { changeDeps } from './meeting-changes.ts';

/** Meetings under way at once in this process: each waits for Google most of its time. */
const maxUnderWay = 8;

/** What booking needs, of a process. */
export function bookingDeps(context: Context): BookingDeps {
  const publishLook = () => context.signals.publishLook();
  return {
    ...context,
    calendarFileOf: icsLinks(context, context.linkBase).urlOf,
    enqueue: context.queues.enqueue,
    publishLook,
    withCalendar: (userId, work) => withAccess({ ...context, publishLook }, userId, work),
  };
}

/** Starts the workers that keep meetings and calendars the same. */
export function startMeetings(context: Context): void {
  const deps = bookingDeps(context);
  const changes = { ...changeDeps(context), enqueue: deps.enqueue };
  context.queues.work('meetings', {
    'meetings.changes': ({ items }) => workOnChanges(changes, items),
    'meetings.write': ({ items }) =>
      inTurns(items, { atOnce: maxUnderWay }, async (meeting) => {
        try {
          await writeMeeting(deps, meeting, 'message');
        } catch (error) {
          const facts = { ...meeting, error: errorText(error) };
          context.log.error('a meeting could not be looked after; the sweep comes back', facts);
        }
      }),
    'meetings.remove': ({ items }) =>
      inTurns(items, { atOnce: maxUnderWay }, ({ userId }) => removeEvents(deps, userId)),
  });
}
