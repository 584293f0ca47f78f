import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import type { RunningSimulators } from '../../../simulators/start.ts';
import { silentLog } from '../../../src/lib/log.ts';
import { channelToken } from '../../../src/meetings/changes/channel-token.ts';
import { renewAt } from '../../../src/meetings/changes/look-after-watch.ts';
import { stopWatching } from '../../../src/meetings/changes/stop-watching.ts';
import { syncCalendar } from '../../../src/meetings/changes/sync-calendar.ts';
import { changeWebhookPath, changeWebhookRouter } from '../../../src/meetings/changes/webhook.ts';
import {
  arrangeBusiness,
  type Business,
  changeDepsOf,
  inHours,
  startGoogle,
  writtenMeeting,
} from '../../support/change-stage.ts';
import { eventually } from '../../support/eventually.ts';
import { recordJobs } from '../../support/serve-routes.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { testVault } from '../../support/test-vault.ts';

let database: TestDatabase;
let simulators: RunningSimulators;
let server: Server;
let watchAddress: string;
const recorded = recordJobs();
const app = express();

beforeAll(async () => {
  database = await createTestDatabase();
  simulators = await startGoogle();
  const receiver = database.pool('rapport_receiver');
  app.use(changeWebhookRouter({ ...recorded, receiver, vault: testVault, log: silentLog }));
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  watchAddress = `http://127.0.0.1:${port}${changeWebhookPath}`;
});
afterAll(async () => {
  await simulators.close();
  server.close();
  server.closeAllConnections();
  await database.drop();
});

async function look(business: Business): Promise<void> {
  const { userId } = business.tenant;
  await database.owner.query(
    'update google_calendar_syncs set look_at = now(), last_told_at = null where user_id = $1',
    [userId],
  );
  const deps = changeDepsOf(database, simulators, business, { watchAddress });
  await syncCalendar(deps, { userId, calendarId: business.email });
}

async function stored({ tenant }: Business) {
  const { rows } = await database.owner.query(
    `select channel_id as "channelId", old_channel_id as "oldChannelId",
            last_told_at is not null as "wasTold", look_at <= now() as "isDue",
            (extract(epoch from look_at - now()) / 60)::float8 as "lookInMinutes"
       from google_calendar_syncs where user_id = $1`,
    [tenant.userId],
  );
  return rows[0];
}

const channelsOf = ({ email }: Business) =>
  simulators
    .googleChannels()
    .filter(({ calendarId }) => calendarId === email)
    .map(({ id }) => id);

describe('the channel of a calendar', () => {
  it('is opened once, and the calendar is looked at less often with it', async () => {
    const business = await arrangeBusiness(database, simulators);

    await look(business);
    await look(business);

    const { channelId, lookInMinutes } = await stored(business);
    expect(channelsOf(business)).toEqual([channelId]);
    expect(lookInMinutes).toBeGreaterThan(20);
  });

  it('tells of a change: the calendar is due, and a hint is given', async () => {
    const business = await arrangeBusiness(database, simulators);
    const meeting = await writtenMeeting(database, simulators, business);
    await look(business);

    const [start, end] = [inHours(60), inHours(61)];
    simulators.googlePersonActs({ kind: 'move', eventId: meeting.eventId, start, end });

    await eventually('it is due', async () => (await stored(business)).wasTold === true);
    expect(await stored(business)).toMatchObject({ isDue: true });
    expect(recorded.jobs).toContainEqual({
      name: 'meetings.changes',
      payload: { items: [{ userId: business.tenant.userId, calendarId: business.email }] },
    });
  });

  it('is renewed before its end, and the old one is stopped when the new one is open', async () => {
    const business = await arrangeBusiness(database, simulators);
    await look(business);
    const first = (await stored(business)).channelId;
    await database.owner.query(
      'update google_calendar_syncs set channel_renew_at = now() where user_id = $1',
      [business.tenant.userId],
    );

    await look(business);

    const { channelId, oldChannelId } = await stored(business);
    expect(channelId).not.toBe(first);
    expect(oldChannelId).toBeNull();
    expect(channelsOf(business)).toEqual([channelId]);
  });

  it('is looked for again before a short life ends', async () => {
    simulators.configure({ googleChannelLifeMs: 10 * 60_000 });
    const business = await arrangeBusiness(database, simulators);

    await look(business);
    simulators.configure({ googleChannelLifeMs: 7 * 24 * 3_600_000 });

    const { lookInMinutes } = await stored(business);
    expect(lookInMinutes).toBeGreaterThan(7.5);
    expect(lookInMinutes).toBeLessThanOrEqual(8);
  });

  it('may be refused: the calendar is looked at every few minutes then', async () => {
    const business = await arrangeBusiness(database, simulators);
    const { userId } = business.tenant;
    const refusedAddress = 'http://example.com/';
    const deps = changeDepsOf(database, simulators, business, { watchAddress: refusedAddress });

    await syncCalendar(deps, { userId, calendarId: business.email });

    const { channelId, lookInMinutes } = await stored(business);
    expect(channelId).toBeNull();
    expect(lookInMinutes).toBeGreaterThan(2);
    expect(lookInMinutes).toBeLessThan(4);
  });

  it('is stopped for who disconnects', async () => {
    const business = await arrangeBusiness(database, simulators);
    await look(business);

    await stopWatching(changeDepsOf(database, simulators, business), business.tenant.userId);

    expect(channelsOf(business)).toEqual([]);
  });

  it('is renewed a day before its end, or a fifth of its life where that is less', () => {
    const opened = new Date('2026-12-01T00:00:00Z');
    const week = new Date('2026-12-08T00:00:00Z');
    const hour = new Date('2026-12-01T01:00:00Z');
    expect(renewAt(opened, week)).toEqual(new Date('2026-12-07T00:00:00Z'));
    expect(renewAt(opened, hour)).toEqual(new Date('2026-12-01T00:48:00Z'));
  });
});

describe('POST /webhooks/google/calendar', () => {
  const post = (channelId: string, token: string, state = 'exists') =>
    request(app).post(changeWebhookPath).set({
      'X-Goog-Channel-ID': channelId,
      'X-Goog-Channel-Token': token,
      'X-Goog-Resource-State': state,
    });

  it('refuses a forged token, another channel’s, and none, and has nothing looked at', async () => {
    const business = await arrangeBusiness(database, simulators);
    await look(business);
    const { channelId } = await stored(business);

    const answers = [
      await post(channelId, 'forged'),
      await post(channelId, channelToken(testVault, 'another')),
      await request(app).post(changeWebhookPath).set('X-Goog-Channel-ID', channelId),
    ];

    expect(answers.map(({ status, text }) => [status, text])).toEqual([
      [401, ''],
      [401, ''],
      [401, ''],
    ]);
    expect((await stored(business)).isDue).toBe(false);
  });

  it('takes the right token of a channel, and of one that nobody has any more says only that', async () => {
    const business = await arrangeBusiness(database, simulators);
    await look(business);
    const { channelId } = await stored(business);

    expect((await post(channelId, channelToken(testVault, channelId))).status).toBe(200);
    expect((await stored(business)).isDue).toBe(true);
    expect((await post('gone', channelToken(testVault, 'gone'))).status).toBe(404);
    expect((await post('gone', channelToken(testVault, 'gone'), 'sync')).status).toBe(200);
  });

  it('has the calendar of its own tenant looked at, and no other', async () => {
    const [one, other] = [
      await arrangeBusiness(database, simulators),
      await arrangeBusiness(database, simulators),
    ];
    await look(one);
    await look(other);
    const { channelId } = await stored(one);

    await post(channelId, channelToken(testVault, channelId));

    expect([(await stored(one)).isDue, (await stored(other)).isDue]).toEqual([true, false]);
  });

  it('asks Google to come again when it cannot be stored', async () => {
    const receiver = database.pool('rapport_receiver');
    await receiver.query('select 1');
    const broken = express();
    const failing = Object.assign(Object.create(receiver), {
      query: () => Promise.reject(new Error('away')),
    });
    broken.use(
      changeWebhookRouter({ ...recorded, receiver: failing, vault: testVault, log: silentLog }),
    );

    const answer = await request(broken)
      .post(changeWebhookPath)
      .set({
        'X-Goog-Channel-ID': 'x',
        'X-Goog-Channel-Token': channelToken(testVault, 'x'),
        'X-Goog-Resource-State': 'exists',
      });

    expect(answer.status).toBe(503);
  });
});
