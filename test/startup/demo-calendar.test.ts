import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type RunningSimulators, startSimulators } from '../../simulators/start.ts';
import { newId } from '../../src/lib/ids.ts';
import { silentLog } from '../../src/lib/log.ts';
import { withAccess } from '../../src/meetings/connection/with-access.ts';
import { googleCalendar } from '../../src/meetings/google/google-calendar.ts';
import { openDemoCalendar } from '../../src/startup/demo-calendar.ts';
import { errandTimes } from '../../src/startup/demo-errands.ts';
import { ensureDemoTenant } from '../../src/startup/demo-tenant.ts';
import { arrangeConversation } from '../support/arrange-conversation.ts';
import { arrangeGoogleConnection } from '../support/arrange-google-connection.ts';
import { arrangeMeeting, type MeetingOptions } from '../support/arrange-meeting.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { testVault } from '../support/test-vault.ts';

const account = 'owner@casaverde.example';

let database: TestDatabase;
let simulators: RunningSimulators;
let userId: string;

beforeAll(async () => {
  simulators = await startSimulators({ webhookUrl: 'http://127.0.0.1:9/', appSecret: 'a-secret' });
});
afterAll(() => simulators.close());
beforeEach(async () => {
  await fetch(`${simulators.url}/_simulator/reset`, { method: 'POST' });
  database = await createTestDatabase();
  const demo = await ensureDemoTenant({
    admin: database.pool('rapport_admin'),
    app: database.pool('rapport_app'),
    vault: testVault,
    newId,
    model: 'a-model',
    isMailSimulated: false,
  });
  userId = demo?.userId ?? '';
});
afterEach(() => database.drop());

const calendar = () => googleCalendar({ apiUrl: simulators.googleApiUrl, timeoutMs: 5_000 });
const open = () =>
  openDemoCalendar(
    {
      app: database.pool('rapport_app'),
      vault: testVault,
      now: () => new Date(),
      calendar: calendar(),
      simulators,
    },
    userId,
  );
const connections = async () => {
  const { rows } = await database.owner.query(
    `select account_email as account, write_calendar_id as written, check_calendar_ids as read,
            (select count(*)::int from google_calendar_syncs) as syncs
       from google_calendar_tokens`,
  );
  return rows;
};

async function meeting(options: MeetingOptions = {}) {
  const { rows } = await database.owner.query(
    `select p.id as "phoneNumberId", p.meta_phone_number_id as "accountId", a.agent_id as "agentId"
       from phone_numbers p join agents a on a.phone_number_id = p.id
      where p.platform = 'whatsapp'`,
  );
  const tenant = { userId, ...rows[0] };
  const conversationId = await arrangeConversation(database.owner, tenant);
  return arrangeMeeting(database.owner, tenant, conversationId, options);
}

describe('openDemoCalendar', () => {
  it('connects a calendar with what the business has to do, by tokens that Google takes', async () => {
    await open();

    expect(await connections()).toEqual([{ account, written: account, read: [account], syncs: 1 }]);
    const events = simulators.googleEvents({ account });
    expect(events.map(({ summary }) => summary)).toHaveLength(3);
    const busy = await withAccess(
      {
        app: database.pool('rapport_app'),
        vault: testVault,
        newId,
        now: () => new Date(),
        googleOAuth: undefined,
        publishLook: () => {},
        log: silentLog,
      },
      userId,
      (access) => {
        const start = new Date();
        const end = new Date(start.getTime() + 14 * 24 * 3_600_000);
        return calendar().busy(access, { calendarIds: [account], within: { start, end } });
      },
    );
    expect(busy).toHaveLength(3);
  });

  // Seen failing with `union all … meetings` taken out of connectIfNew.
  it('leaves it to whoever disconnected it to connect it again', async () => {
    await open();
    await meeting();
    await database.owner.query('delete from google_calendar_tokens');

    await open();

    expect(await connections()).toEqual([]);
  });

  // Seen failing with the comparison with `account` taken out.
  it('leaves another account alone', async () => {
    await arrangeGoogleConnection(database.owner, userId, { accountEmail: 'other@example.com' });

    await open();

    expect(await connections()).toMatchObject([{ account: 'other@example.com', syncs: 0 }]);
    expect(simulators.googleEvents()).toEqual([]);
  });

  it('puts the meetings to come back where they were, as ours', async () => {
    await open();
    const stored = await meeting({ googleCalendarId: account });
    await fetch(`${simulators.url}/_simulator/reset`, { method: 'POST' });

    await open();

    const [event] = simulators
      .googleEvents({ account })
      .filter(({ privateProperties }) => privateProperties['rapportMeeting'] === stored.meetingId);
    expect(event).toMatchObject({ start: stored.meetingTime.toISOString(), status: 'confirmed' });
    expect(await connections()).toHaveLength(1);
  });
});

describe('errandTimes', () => {
  it.each([
    ['2026-11-27T12:00:00Z', ['2026-11-30T10:00', '2026-12-01T16:00', '2026-12-04T09:00']],
    ['2026-11-28T12:00:00Z', ['2026-11-30T10:00', '2026-12-01T16:00', '2026-12-04T09:00']],
    // The days are those of Lisbon, which is an hour ahead in summer.
    ['2026-06-28T23:30:00Z', ['2026-06-30T09:00', '2026-07-01T15:00', '2026-07-06T08:00']],
  ])('at %s are on days on which people work', (now, starts) => {
    const times = errandTimes(new Date(now));

    expect(times.map(({ start }) => start.slice(0, 16))).toEqual(starts);
    expect(times.every(({ start, end }) => start < end)).toBe(true);
  });
});
