import { z } from 'zod';
import type { Interval } from '../../availability/intervals.ts';
import type { CalendarChoice } from '../calendar.ts';
import { CalendarRefused, CalendarUnavailable } from '../calendar-errors.ts';

const Listed = z.object({
  id: z.string(),
  summary: z.string().catch(''),
  summaryOverride: z.string().optional().catch(undefined),
  timeZone: z.string().nullish().catch(null),
  primary: z.boolean().catch(false),
  accessRole: z.string().catch('none'),
});

const writers = ['owner', 'writer', 'writerWithoutPrivateAccess'];

/** The calendars of a page of Google's list; what cannot be read as one is left out. */
export function readCalendars(items: unknown): CalendarChoice[] {
  return z
    .array(z.unknown())
    .catch([])
    .parse(items)
    .flatMap((item) => Listed.safeParse(item).data ?? [])
    .map((one) => ({
      calendarId: one.id,
      name: one.summaryOverride ?? (one.summary === '' ? one.id : one.summary),
      timeZone: one.timeZone ?? null,
      isPrimary: one.primary,
      mayWrite: writers.includes(one.accessRole),
    }));
}

const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const Busy = z.object({
  errors: z.array(z.object({ reason: z.string().catch('unknown') })).catch([]),
  busy: z.array(z.object({ start: Instant, end: Instant })),
});
const FreeBusy = z.object({ calendars: z.record(z.string(), z.unknown()) });

/**
 * The busy times of all the calendars that were asked for. What Google does not tell of one of them is not
 * known to be free: throws CalendarRefused, or CalendarUnavailable where it says that the trouble is its own.
 */
export function readBusy(answered: unknown, calendarIds: string[]): Interval[] {
  const calendars = FreeBusy.safeParse(answered).data?.calendars ?? {};
  return calendarIds.flatMap((calendarId) => {
    const read = Busy.safeParse(calendars[calendarId]);
    const reason = reasonOf(calendars[calendarId]);
    if (reason === 'internalError' || reason === 'backendError') {
      throw new CalendarUnavailable(`Google cannot say when a calendar is busy: ${reason}`);
    }
    if (reason !== undefined || !read.success) {
      throw new CalendarRefused(
        `Google does not say when the calendar ${calendarId} is busy: ${reason ?? 'no answer'}`,
      );
    }
    return read.data.busy;
  });
}

function reasonOf(calendar: unknown): string | undefined {
  const errors = Busy.pick({ errors: true }).safeParse(calendar).data?.errors ?? [];
  return errors[0]?.reason;
}
