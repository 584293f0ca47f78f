import { type RunningSimulators, startSimulators } from '../../simulators/start.ts';
import type { Pool } from '../../src/lib/db.ts';
import { newId } from '../../src/lib/ids.ts';
import { silentLog } from '../../src/lib/log.ts';
import { type SyncDeps, syncCalendar } from '../../src/meetings/changes/sync-calendar.ts';
import { googleCalendar } from '../../src/meetings/google/google-calendar.ts';
import { endOf, eventIdOf } from '../../src/meetings/meeting.ts';
import { arrangeTenant, type Tenant } from './arrange.ts';
import { arrangeConversation } from './arrange-conversation.ts';
import { arrangeGoogleConnection } from './arrange-google-connection.ts';
import { arrangeMeeting, type MeetingOptions } from './arrange-meeting.ts';
import { everyScope } from './google-client.ts';
import type { TestDatabase } from './test-database.ts';
import { testVault } from './test-vault.ts';

/** A business with a calendar at the simulated Google, and a meeting in it. */
export type Business = { tenant: Tenant; email: string; accessToken: string };
export type Written = { meetingId: string; personId: string; eventId: string; meetingTime: Date };

let accounts = 0;

/** Has Google simulated; nobody hears what it tells unless a server is named. */
export function startGoogle(webhookUrl = 'http://127.0.0.1:9/'): Promise<RunningSimulators> {
  return startSimulators({ webhookUrl, appSecret: 'a-secret', googleNotifyAfterMs: 20 });
}

/** A business that has connected its calendar; its events are looked for from now on. */
export async function arrangeBusiness(
  database: TestDatabase,
  simulators: RunningSimulators,
): Promise<Business> {
  return connectBusiness(database.owner, simulators, await arrangeTenant(database.owner));
}

/** Connects a calendar of a tenant's. */
export async function connectBusiness(
  owner: Pool,
  simulators: RunningSimulators,
  tenant: Tenant,
): Promise<Business> {
  accounts += 1;
  const email = `owner${accounts}.${process.pid}@example.com`;
  const granted = simulators.grantGoogle(email, everyScope);
  await arrangeGoogleConnection(owner, tenant.userId, { ...granted, accountEmail: email });
  await owner.query('insert into google_calendar_syncs (user_id, calendar_id) values ($1, $2)', [
    tenant.userId,
    email,
  ]);
  return { tenant, email, accessToken: granted.accessToken };
}

/** A meeting that is in Google's calendar as we have it. */
export async function writtenMeeting(
  database: TestDatabase,
  simulators: RunningSimulators,
  business: Business,
  options: MeetingOptions = {},
): Promise<Written> {
  const conversationId = await arrangeConversation(database.owner, business.tenant);
  const stored = await arrangeMeeting(database.owner, business.tenant, conversationId, {
    meetingTime: inHours(48),
    customerEmail: 'ana@example.org',
    googleCalendarId: business.email,
    ...options,
  });
  return writeIntoGoogle(database.owner, simulators, business, stored);
}

/** Writes a stored meeting of half an hour into its business's calendar, as a booking does. */
export async function writeIntoGoogle(
  owner: Pool,
  simulators: RunningSimulators,
  { accessToken, email }: Business,
  stored: Omit<Written, 'eventId'>,
): Promise<Written> {
  const { meetingId, meetingTime } = stored;
  const eventId = eventIdOf(meetingId);
  const { event } = await googleOf(simulators).insert({ accessToken }, email, {
    eventId,
    meetingId,
    title: 'Demo',
    description: '',
    start: meetingTime,
    end: endOf({ meetingTime, durationMinutes: 30 }),
    timeZone: 'Europe/Lisbon',
    attendees: [{ email: 'ana@example.org' }],
    wantsMeet: false,
  });
  await owner.query('update meetings set google_updated_at = $2 where meeting_id = $1', [
    meetingId,
    event.updatedAt,
  ]);
  return { ...stored, eventId };
}

/** What reading changes needs, of the simulated Google; what is given goes over it. */
export function changeDepsOf(
  database: TestDatabase,
  simulators: RunningSimulators,
  business: Business,
  more: Partial<SyncDeps> = {},
): SyncDeps {
  return {
    app: database.pool('rapport_app'),
    newId,
    vault: testVault,
    calendar: googleOf(simulators),
    withAccess: (_userId, work) => work({ accessToken: business.accessToken }),
    now: () => new Date(),
    random: () => 0.5,
    publishLook: () => {},
    reminderMinutes: () => Promise.resolve([60]),
    watchAddress: undefined,
    log: silentLog,
    ...more,
  };
}

/** Looks at a calendar of the business's now, its own unless another is named, whenever it would have been due. */
export async function lookAt(
  database: TestDatabase,
  simulators: RunningSimulators,
  business: Business,
  { calendarId = business.email, ...more }: Partial<SyncDeps> & { calendarId?: string } = {},
): Promise<{ isDue: boolean }> {
  const { userId } = business.tenant;
  await database.owner.query(
    'update google_calendar_syncs set look_at = now(), lease_until = null where user_id = $1',
    [userId],
  );
  const deps = changeDepsOf(database, simulators, business, more);
  return syncCalendar(deps, { userId, calendarId });
}

const minuteMs = 60_000;
const begun = Math.ceil(Date.now() / minuteMs) * minuteMs;

/** So many hours from when the test began, at a full minute: the same whenever it is asked. */
export function inHours(hours: number): Date {
  return new Date(begun + hours * 3_600_000);
}

function googleOf(simulators: RunningSimulators) {
  return googleCalendar({ apiUrl: simulators.googleApiUrl, timeoutMs: 5_000 });
}
