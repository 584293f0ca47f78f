import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Enqueue } from '../../src/jobs/catalog.ts';
import { newId } from '../../src/lib/ids.ts';
import { silentLog } from '../../src/lib/log.ts';
import { asTenant } from '../../src/lib/tenant.ts';
import { finishMeetings } from '../../src/meetings/finish-meetings.ts';
import { forgetMeetings } from '../../src/meetings/forget-meetings.ts';
import { meetingRoutes } from '../../src/meetings/meeting-routes.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { arrangeConversation } from '../support/arrange-conversation.ts';
import {
  arrangeMeeting,
  type MeetingOptions,
  owedMessages,
  storedMeeting,
} from '../support/arrange-meeting.ts';
import { type Client, clientOf, keyOf, recordJobs, serveRoutes } from '../support/serve-routes.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let tenant: Tenant;
let conversationId: string;
let client: Client;

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  tenant = await arrangeTenant(database.owner);
  conversationId = await arrangeConversation(database.owner, tenant);
  client = await clientFor(tenant);
});
afterAll(() => database.drop());

async function clientFor(
  { userId }: Tenant,
  enqueue: Enqueue = recordJobs().enqueue,
): Promise<Client> {
  const app = database.pool('rapport_app');
  const routes = meetingRoutes({
    app,
    newId,
    now: () => new Date(),
    publishLook: () => {},
    enqueue,
    log: silentLog,
  });
  return clientOf(
    serveRoutes(database.pool('rapport_admin'), routes),
    await keyOf(database.owner, userId),
  );
}

const inHours = (hours: number): Date => new Date(Date.now() + hours * 3_600_000);
const arrange = (options: MeetingOptions = {}) =>
  arrangeMeeting(database.owner, tenant, conversationId, options);

describe('GET /meetings', () => {
  it('lists meetings page by page, the latest first, and no slots', async () => {
    const early = await arrange({ meetingTime: inHours(1) });
    const late = await arrange({ meetingTime: inHours(3), status: 'cancelled' });
    const middle = await arrange({ meetingTime: inHours(2) });
    const slot = await arrange({ status: 'held' });

    const { body: first } = await client.get('/meetings?limit=2').expect(200);
    const { body: rest } = await client.get(`/meetings?limit=2&cursor=${first.nextCursor}`);

    const ids = [...first.data, ...rest.data].map(({ meetingId }) => meetingId);
    expect(ids).toEqual([late.meetingId, middle.meetingId, early.meetingId]);
    expect(rest.nextCursor).toBeNull();
    await client.get(`/meetings/${slot.meetingId}`).expect(404);
  });

  it('filters by status, conversation, person and time', async () => {
    const wanted = await arrange({ meetingTime: inHours(5) });
    await arrange({ meetingTime: inHours(9), status: 'cancelled' });
    const found = async (query: string) =>
      (await client.get(`/meetings?${query}`).expect(200)).body.data.map(
        (one: { meetingId: string }) => one.meetingId,
      );

    expect(await found('status=scheduled')).toEqual([wanted.meetingId]);
    expect(await found(`personId=${wanted.personId}`)).toEqual([wanted.meetingId]);
    expect(await found(`to=${inHours(6).toISOString()}`)).toEqual([wanted.meetingId]);
    expect(await found('conversationId=cnv_other')).toEqual([]);
    await client.get('/meetings?status=held').expect(400);
  });

  it("shows nobody another tenant's, nor lets them change it", async () => {
    const { meetingId } = await arrange();
    const other = await clientFor(await arrangeTenant(database.owner));

    expect((await other.get('/meetings')).body.data).toEqual([]);
    await other.get(`/meetings/${meetingId}`).expect(404);
    await other.post(`/meetings/${meetingId}/cancel`).send({}).expect(404);
    await other.patch(`/meetings/${meetingId}`).send({ title: 'Mine' }).expect(404);
  });
});

describe('changing a meeting by the API', () => {
  it('cancels once, keeps the reason, tells the customer and the lead', async () => {
    const { meetingId } = await arrange({ specialNotes: 'Brings a colleague' });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        client.post(`/meetings/${meetingId}/cancel`).send({ reason: 'Ill' }),
      ),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await client.get(`/meetings/${meetingId}`)).body).toMatchObject({
      status: 'cancelled',
      changedBy: 'business',
      specialNotes: 'Brings a colleague\nCalled off: Ill',
    });
    expect(await owedMessages(database.owner, meetingId)).toMatchObject([{ kind: 'cancelled' }]);
    const { rows } = await database.owner.query(
      `select details ->> 'what' as what from lead_events where conversation_id = $1`,
      [conversationId],
    );
    expect(rows).toEqual([{ what: 'cancelled' }]);
  });

  it('moves, and refuses a time that is taken, a time that is over, and a meeting that is', async () => {
    const { meetingId, personId } = await arrange();
    const taken = await arrange({ personId, meetingTime: inHours(50) });
    const over = await arrange({ meetingTime: inHours(-3) });
    const to = (id: string, time: Date) =>
      client.post(`/meetings/${id}/reschedule`).send({ meetingTime: time.toISOString() });

    expect((await to(meetingId, inHours(40)).expect(200)).body.changedBy).toBe('business');
    expect((await to(meetingId, taken.meetingTime)).body.code).toBe('meeting.slot_taken');
    expect((await to(meetingId, inHours(-1))).body.code).toBe('meeting.time_is_over');
    expect((await to(over.meetingId, inHours(60))).body.code).toBe('meeting.not_scheduled');
  });

  // Seen failing with `changed` in the place of `moved` for each of the two routes.
  it('says where to look, so that Google and the customer hear of it at once', async () => {
    const { meetingId } = await arrange();
    const { enqueue, jobs } = recordJobs();
    const hinting = await clientFor(tenant, enqueue);
    const payload = { items: [{ userId: tenant.userId, meetingId }] };
    const both = [
      { name: 'meetings.write', payload },
      { name: 'meetings.tell', payload },
    ];

    await hinting.patch(`/meetings/${meetingId}`).send({ title: 'Visit' }).expect(200);
    expect(jobs).toEqual([]);
    const meetingTime = inHours(30).toISOString();
    await hinting.post(`/meetings/${meetingId}/reschedule`).send({ meetingTime }).expect(200);
    expect(jobs).toEqual(both);
    await hinting.post(`/meetings/${meetingId}/cancel`).send({}).expect(200);
    expect(jobs).toEqual([...both, ...both]);
  });

  it('stands although the queue is away', async () => {
    const { meetingId } = await arrange();
    const alone = await clientFor(tenant, async () => {
      throw new Error('no queue');
    });

    await alone.post(`/meetings/${meetingId}/cancel`).send({}).expect(200);
    expect(await storedMeeting(database.owner, meetingId)).toMatchObject({ status: 'cancelled' });
  });

  it('takes what became of a meeting that has begun, and the opposite after it', async () => {
    const { meetingId } = await arrange({ meetingTime: inHours(-1) });
    const later = await arrange();
    const say = (id: string, status: string) => client.patch(`/meetings/${id}`).send({ status });

    expect((await say(meetingId, 'missed').expect(200)).body.status).toBe('missed');
    expect((await say(meetingId, 'completed').expect(200)).body.status).toBe('completed');
    expect((await say(later.meetingId, 'missed')).body.code).toBe('meeting.not_begun');
    await client.post(`/meetings/${later.meetingId}/cancel`).send({}).expect(200);
    expect((await say(later.meetingId, 'missed')).body.code).toBe('meeting.not_scheduled');
  });
});

describe('finishMeetings', () => {
  it('completes what is over for some time, and nothing else', async () => {
    const over = await arrange({ meetingTime: inHours(-1) });
    const justOver = await arrange({ meetingTime: inHours(-0.6) });
    const off = await arrange({ meetingTime: inHours(-1), status: 'cancelled' });

    await finishMeetings({
      sweeper: database.pool('rapport_sweeper'),
      app: database.pool('rapport_app'),
      publishLook: () => {},
    });

    const statuses = await Promise.all(
      [over, justOver, off].map(
        async ({ meetingId }) => (await storedMeeting(database.owner, meetingId))['status'],
      ),
    );
    expect(statuses).toEqual(['completed', 'scheduled', 'cancelled']);
  });
});

describe('forgetMeetings', () => {
  it('leaves nothing but the removal that Google is owed', async () => {
    const { meetingId } = await arrange({ googleCalendarId: 'primary', customerName: 'Ana' });
    await client.post(`/meetings/${meetingId}/cancel`).send({}).expect(200);
    const { userId } = tenant;

    await asTenant(database.pool('rapport_app'), userId, (tx) =>
      forgetMeetings(tx, { userId, conversationIds: [conversationId] }),
    );

    expect(await storedMeeting(database.owner, meetingId)).toEqual({});
    expect(await owedMessages(database.owner, meetingId)).toEqual([]);
    const { rows } = await database.owner.query(
      'select google_calendar_id as calendar from google_event_removals where user_id = $1',
      [userId],
    );
    expect(rows).toEqual([{ calendar: 'primary' }]);
  });
});
