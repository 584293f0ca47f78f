import { z } from 'zod';
import { errorText } from '../../lib/errors.ts';
import { Nothing, type Route, tenantRoute } from '../../lib/http/route.ts';
import { asTenant } from '../../lib/tenant.ts';
import type { Calendar, CalendarChoice } from '../calendar.ts';
import { NoCalendarConnected } from '../calendar-errors.ts';
import { stopWatching } from '../changes/stop-watching.ts';
import { chooseCalendars } from './choose-calendars.ts';
import { connectLinkRoute } from './connect-link-route.ts';
import { type DisconnectDeps, disconnect } from './disconnect.ts';
import { type Connection, ConnectionStatus, readConnection } from './read-connection.ts';
import { type AccessDeps, withAccess } from './with-access.ts';

export type GoogleCalendarRouteDeps = AccessDeps &
  DisconnectDeps & {
    calendar: Calendar;
    /** Where browsers reach this installation; undefined when nobody knows. */
    publicUrl: string | undefined;
  };

const path = '/google-calendar';
const tag = 'Google Calendar';

const ShownConnection = z.object({
  status: ConnectionStatus,
  accountEmail: z.string().nullable(),
  checkCalendarIds: z.array(z.string()),
  writeCalendarId: z.string(),
  calendars: z
    .array(
      z.object({
        calendarId: z.string(),
        name: z.string(),
        timeZone: z.string().nullable(),
        isPrimary: z.boolean(),
        mayWrite: z.boolean(),
      }),
    )
    .nullable()
    .meta({ description: 'Those of the account; null while Google does not tell' }),
  attentionReason: z.string().nullable(),
  connectedAt: z.iso.datetime(),
});

const CalendarId = z.string().min(1).max(255);
const notConnected = {
  status: 404,
  code: 'calendar.not_connected',
  when: 'no calendar is connected',
};

/** A tenant's Google calendar: connected, shown, chosen from, and let go of. */
export function googleCalendarRoutes(deps: GoogleCalendarRouteDeps): Route[] {
  return [
    connectLinkRoute(deps),
    tenantRoute({
      method: 'get',
      path,
      tag,
      summary: 'Show the connected calendar, and which ones there are to choose from',
      status: 200,
      answer: ShownConnection,
      problems: [notConnected],
      handle: async ({ userId }) => {
        const connection = await asTenant(deps.app, userId, (tx) => readConnection(tx, userId));
        if (connection === undefined) throw new NoCalendarConnected('No calendar is connected.');
        return shown(connection, await calendarsIfKnown(deps, userId, connection));
      },
    }),
    tenantRoute({
      method: 'patch',
      path,
      tag,
      summary: 'Choose the calendars that are read for busy times and the one meetings go to',
      status: 200,
      body: z.strictObject({
        checkCalendarIds: z.array(CalendarId).min(1).max(50).optional(),
        writeCalendarId: CalendarId.optional(),
      }),
      answer: ShownConnection,
      problems: [
        notConnected,
        { status: 409, code: 'calendar.needs_attention', when: 'it has to be connected anew' },
      ],
      handle: async ({ userId, body }) => {
        const { connection, calendars } = await chooseCalendars(deps, userId, body);
        return shown(connection, calendars);
      },
    }),
    tenantRoute({
      method: 'delete',
      path,
      tag,
      summary: 'Disconnect the calendar: Google takes back what was allowed',
      status: 204,
      answer: Nothing,
      problems: [notConnected],
      handle: async ({ userId }) => {
        await stopWatching(
          { ...deps, withAccess: (tenant, work) => withAccess(deps, tenant, work) },
          userId,
        );
        await disconnect(deps, userId);
      },
    }),
  ];
}

/** Null where Google does not tell now: the rest can be shown all the same. */
async function calendarsIfKnown(
  deps: GoogleCalendarRouteDeps,
  userId: string,
  { status }: Connection,
): Promise<CalendarChoice[] | null> {
  if (status === 'needs_attention') return null;
  try {
    return await withAccess(deps, userId, (access) => deps.calendar.calendars(access));
  } catch (error) {
    deps.log.warn('the calendars of an account are not known now', {
      userId,
      error: errorText(error),
    });
    return null;
  }
}

function shown(connection: Connection, calendars: CalendarChoice[] | null) {
  return { ...connection, calendars, connectedAt: connection.connectedAt.toISOString() };
}
