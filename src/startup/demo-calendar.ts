import { z } from 'zod';
import type { RunningSimulators } from '../../simulators/start.ts';
import { type Db, type Pool, rows } from '../lib/db.ts';
import type { Vault } from '../lib/encryption.ts';
import { asTenant } from '../lib/tenant.ts';
import type { Calendar } from '../meetings/calendar.ts';
import { calendarConsequences } from '../meetings/connection/calendar-consequences.ts';
import { readConnection } from '../meetings/connection/read-connection.ts';
import { storeConnection } from '../meetings/connection/store-connection.ts';
import { scopes } from '../meetings/google/scopes.ts';
import { endOf, MeetingRow, meetingColumns } from '../meetings/meeting.ts';
import { demoBusiness } from './demo-business.ts';
import { errandTimes } from './demo-errands.ts';

export type DemoCalendarDeps = {
  app: Pool;
  vault: Vault;
  now: () => Date;
  calendar: Calendar;
  simulators: Pick<RunningSimulators, 'grantGoogle' | 'googlePersonActs'>;
};

const account = demoBusiness.calendarAccount;

/**
 * Gives the demo tenant a calendar at the simulated Google, unless it has or had one, and puts into it what was there:
 * a simulated Google forgets its calendars when it stops, and an event that is gone would call its meeting off. Before
 * anybody looks for changes.
 */
export async function openDemoCalendar(deps: DemoCalendarDeps, userId: string): Promise<void> {
  const { app, calendar, simulators, now } = deps;
  const granted = simulators.grantGoogle(account, scopes);
  const meetings = await asTenant(app, userId, async (tx) => {
    await connectIfNew(tx, deps, { userId, ...granted });
    const connection = await readConnection(tx, userId);
    if (connection?.accountEmail !== account) return undefined;
    // What this Google was asked to tell of, and where it was read to, is forgotten as well.
    await calendarConsequences.onConnect(tx, userId);
    return meetingsToCome(tx, userId, now());
  });
  if (meetings === undefined) return;
  for (const errand of errandTimes(now())) {
    simulators.googlePersonActs({ kind: 'create', account, ...errand });
  }
  const access = { accessToken: granted.accessToken };
  for (const meeting of meetings) {
    await calendar.insert(access, meeting.googleCalendarId ?? account, eventOf(meeting));
  }
}

/** A tenant without a calendar that has meetings has let go of it. */
async function connectIfNew(
  tx: Db,
  { vault }: DemoCalendarDeps,
  given: { userId: string; accessToken: string; refreshToken: string; expiresAt: Date },
): Promise<void> {
  const { userId, expiresAt } = given;
  const known = await rows(
    tx,
    z.object({}),
    `select from google_calendar_tokens where user_id = $1
      union all
     select from meetings where user_id = $1
      limit 1`,
    [userId],
  );
  if (known.length > 0) return;
  await storeConnection(tx, {
    userId,
    accountEmail: account,
    accessToken: vault.encrypt(given.accessToken, userId),
    refreshToken: vault.encrypt(given.refreshToken, userId),
    expiresAt,
    scope: scopes.join(' '),
    calendarIds: [account],
    writableIds: [account],
  });
}

/** Those that Google has; what it is owed is written by whoever looks after meetings. */
function meetingsToCome(tx: Db, userId: string, now: Date): Promise<MeetingRow[]> {
  return rows(
    tx,
    MeetingRow,
    `select ${meetingColumns}
       from meetings m
      where m.user_id = $1 and m.status = 'scheduled' and m.google_event_id is not null
        and m.meeting_time > $2::timestamptz - interval '1 day'`,
    [userId, now],
  );
}

function eventOf(meeting: MeetingRow) {
  const { customerName, customerEmail, title, meetingId, googleEventId } = meeting;
  return {
    eventId: googleEventId ?? '',
    meetingId,
    title: customerName === null ? title : `${title}: ${customerName}`,
    description: '',
    start: meeting.meetingTime,
    end: endOf(meeting),
    timeZone: demoBusiness.timeZone,
    attendees: customerEmail === null ? [] : [{ email: customerEmail }],
    wantsMeet: false,
  };
}
