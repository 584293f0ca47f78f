import { type FieldFault, InvalidRequest } from '../../lib/http/http-errors.ts';
import { asTenant } from '../../lib/tenant.ts';
import type { Calendar, CalendarChoice } from '../calendar.ts';
import { NoCalendarConnected } from '../calendar-errors.ts';
import { type Connection, readConnection } from './read-connection.ts';
import { type AccessDeps, withAccess } from './with-access.ts';

/** Which calendars are read, and which one is written; what is left out stays. */
export type WantedCalendars = {
  checkCalendarIds?: string[] | undefined;
  writeCalendarId?: string | undefined;
};

/**
 * Chooses among the calendars that the account has now. Throws InvalidRequest for one that it has not, or that may not
 * be written, and what withAccess throws.
 */
export async function chooseCalendars(
  deps: AccessDeps & { calendar: Calendar },
  userId: string,
  wanted: WantedCalendars,
): Promise<{ connection: Connection; calendars: CalendarChoice[] }> {
  const calendars = await withAccess(deps, userId, (access) => deps.calendar.calendars(access));
  const faults = faultsOf(wanted, calendars);
  if (faults.length > 0) throw new InvalidRequest(faults);
  const connection = await asTenant(deps.app, userId, async (tx) => {
    await tx.query(
      `update google_calendar_tokens
          set check_calendar_ids = coalesce($2, check_calendar_ids),
              write_calendar_id = coalesce($3, write_calendar_id)
        where user_id = $1`,
      [userId, wanted.checkCalendarIds ?? null, wanted.writeCalendarId ?? null],
    );
    return readConnection(tx, userId);
  });
  if (connection === undefined) throw new NoCalendarConnected('No calendar is connected.');
  return { connection, calendars };
}

function faultsOf(wanted: WantedCalendars, calendars: CalendarChoice[]): FieldFault[] {
  const known = new Map(calendars.map((one) => [one.calendarId, one]));
  const { checkCalendarIds = [], writeCalendarId } = wanted;
  const unknown = checkCalendarIds.filter((id) => !known.has(id));
  const written = writeCalendarId === undefined ? undefined : known.get(writeCalendarId);
  return [
    ...unknown.map((id) => fault('checkCalendarIds', `the account has no calendar ${id}`)),
    ...(writeCalendarId !== undefined && written === undefined
      ? [fault('writeCalendarId', 'the account has no such calendar')]
      : []),
    ...(written !== undefined && !written.mayWrite
      ? [fault('writeCalendarId', 'the account may not write into this calendar')]
      : []),
  ];
}

function fault(field: string, message: string): FieldFault {
  return { in: 'body', field, message };
}
