import type { Enqueue } from '../../jobs/catalog.ts';
import type { Now } from '../../lib/clock.ts';
import type { Pool } from '../../lib/db.ts';
import type { NewId } from '../../lib/ids.ts';
import type { Log } from '../../lib/log.ts';
import type { Calendar, CalendarAccess } from '../calendar.ts';
import type { MeetingRef } from '../meeting.ts';

/** What booking needs of the world. */
export type BookingDeps = {
  app: Pool;
  now: Now;
  newId: NewId;
  random: () => number;
  calendar: Calendar;
  /** Does work with a tenant's calendar. Throws NoCalendarConnected, CalendarNeedsAttention or CalendarUnavailable. */
  withCalendar: <Result>(
    userId: string,
    work: (access: CalendarAccess) => Promise<Result>,
  ) => Promise<Result>;
  /** Where a customer fetches a meeting for their own calendar; undefined where nobody knows how they reach us. */
  calendarFileOf: (meeting: MeetingRef) => string | undefined;
  enqueue: Enqueue;
  /** Tells all processes that there is something to see. */
  publishLook: () => void;
  log: Log;
};

/** Whose booking it is: given by the turn, never by the model. */
export type Booker = { userId: string; conversationId: string; contactId: string };
