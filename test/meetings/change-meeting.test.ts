import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Pool } from '../../src/lib/db.ts';
import { asTenant } from '../../src/lib/tenant.ts';
import {
  type Cancelled,
  type ChangedBy,
  cancelMeeting,
  type Moved,
  type MoveTo,
  moveMeeting,
} from '../../src/meetings/change-meeting.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { arrangeConversation } from '../support/arrange-conversation.ts';
import {
  arrangeMeeting,
  arrangePerson,
  type MeetingOptions,
  owedMessages,
  storedMeeting,
} from '../support/arrange-meeting.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let app: Pool;
let tenant: Tenant;
let conversationId: string;
let personId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  app = database.pool('rapport_app');
  // All its connections are there before anybody races.
  await Promise.all(Array.from({ length: 8 }, () => app.query('select pg_sleep(0.05)')));
});
beforeEach(async () => {
  tenant = await arrangeTenant(database.owner);
  conversationId = await arrangeConversation(database.owner, tenant);
  personId = await arrangePerson(database.owner, tenant);
});
afterAll(() => database.drop());

const hourMs = 3_600_000;
const begun = Math.ceil(Date.now() / hourMs) * hourMs;
const inHours = (hours: number): Date => new Date(begun + hours * hourMs);

const arrange = async (options: MeetingOptions = {}): Promise<string> =>
  (await arrangeMeeting(database.owner, tenant, conversationId, { personId, ...options }))
    .meetingId;

const cancel = (meetingId: string, by: ChangedBy = 'business', of = tenant): Promise<Cancelled> =>
  asTenant(app, of.userId, (tx) => cancelMeeting(tx, { userId: of.userId, meetingId }, { by }));

const move = (
  meetingId: string,
  to: MoveTo,
  by: ChangedBy = 'business',
  of = tenant,
): Promise<Moved> =>
  asTenant(app, of.userId, (tx) =>
    moveMeeting(tx, { userId: of.userId, meetingId }, { to, by, reminderMinutes: [1440, 60] }),
  );

async function events(meetingId: string): Promise<unknown[]> {
  const { rows } = await database.owner.query(
    `select payload from realtime_events
      where kind = 'meeting' and payload ->> 'meetingId' = $1 order by event_id`,
    [meetingId],
  );
  return rows.map(({ payload }) => payload);
}

describe('cancelMeeting', () => {
  it('calls a meeting off: Google is owed it, the customer a word, and no reminder any more', async () => {
    const meetingId = await arrange({ googleCalendarId: 'primary' });
    await move(meetingId, { start: inHours(30) });

    const { change } = await cancel(meetingId);

    expect(change).toBe('cancelled');
    expect(await storedMeeting(database.owner, meetingId)).toMatchObject({
      status: 'cancelled',
      changed_by: 'business',
      version: 3,
      google_version: 1,
      google_due_at: expect.any(Date),
      cancelled_at: expect.any(Date),
    });
    expect(await owedMessages(database.owner, meetingId)).toMatchObject([
      { kind: 'cancelled', key: 'v3' },
      { kind: 'moved', key: 'v2' },
    ]);
    expect((await events(meetingId)).at(-1)).toMatchObject({ meetingId, status: 'cancelled' });
  });

  it('owes a customer who did it no word, and Google nothing where there is no event', async () => {
    const meetingId = await arrange();

    await cancel(meetingId, 'customer');

    expect(await owedMessages(database.owner, meetingId)).toEqual([]);
    expect(await storedMeeting(database.owner, meetingId)).toMatchObject({
      changed_by: 'customer',
      google_due_at: null,
    });
  });

  // Seen failing with `for update` taken out of lockMeeting: several were the one that cancelled.
  it('is done once by however many at once', async () => {
    const meetingId = await arrange();

    const changes = await Promise.all(Array.from({ length: 20 }, () => cancel(meetingId)));

    expect(changes.map(({ change }) => change).sort()).toEqual([
      ...Array(19).fill('already'),
      'cancelled',
    ]);
    expect(await storedMeeting(database.owner, meetingId)).toMatchObject({ version: 2 });
    expect(await events(meetingId)).toHaveLength(1);
  });

  it.each(['held', 'lapsed', 'completed', 'missed'] as const)(
    'leaves one that is %s',
    async (status) => {
      const meetingId = await arrange({ status });

      expect(await cancel(meetingId)).toEqual({ change: 'not_scheduled' });
      expect(await move(meetingId, { start: inHours(9) })).toEqual({ change: 'not_scheduled' });
      expect(await storedMeeting(database.owner, meetingId)).toMatchObject({ status, version: 1 });
    },
  );

  it("does not find another tenant's", async () => {
    const other = await arrangeTenant(database.owner);
    const meetingId = await arrange();

    expect(await cancel(meetingId, 'business', other)).toEqual({ change: 'not_scheduled' });
    expect(await move(meetingId, { start: inHours(9) }, 'business', other)).toEqual({
      change: 'not_scheduled',
    });
  });
});

describe('moveMeeting', () => {
  it('moves the time that stays free after it along, and owes reminders of the new time', async () => {
    const meetingId = await arrange({ gapMinutes: 15, googleCalendarId: 'primary' });
    const start = inHours(48);

    const moved = await move(meetingId, { start, durationMinutes: 60 });

    expect(moved).toMatchObject({ change: 'moved', meeting: { version: 2, meetingTime: start } });
    expect(await storedMeeting(database.owner, meetingId)).toMatchObject({
      meeting_time: start,
      duration_minutes: 60,
      blocked_until: new Date(start.getTime() + 75 * 60_000),
      google_due_at: expect.any(Date),
    });
    expect(await owedMessages(database.owner, meetingId)).toEqual([
      { kind: 'moved', key: 'v2', aboutTime: start },
      { kind: 'reminder', key: expect.stringMatching(/^1440@/), aboutTime: start },
      { kind: 'reminder', key: expect.stringMatching(/^60@/), aboutTime: start },
    ]);
    expect(await events(meetingId)).toMatchObject([{ meetingTime: start.toISOString() }]);
  });

  it('forgets the reminders of the time before', async () => {
    const meetingId = await arrange();
    await move(meetingId, { start: inHours(48) });

    await move(meetingId, { start: inHours(3) }, 'customer');

    const owed = await owedMessages(database.owner, meetingId);
    expect(owed.filter(({ kind }) => kind === 'reminder')).toEqual([
      { kind: 'reminder', key: expect.stringMatching(/^60@/), aboutTime: inHours(3) },
    ]);
    expect(owed.filter(({ kind }) => kind === 'moved')).toHaveLength(1);
  });

  it('changes nothing for the time that it has already', async () => {
    const meetingId = await arrange({ meetingTime: inHours(5) });

    expect(await move(meetingId, { start: inHours(5) })).toMatchObject({ change: 'same' });
    expect(await events(meetingId)).toEqual([]);
  });

  it('does not move onto another meeting of the person, nor into the time that stays free after it', async () => {
    await arrange({ meetingTime: inHours(10), gapMinutes: 30 });
    const meetingId = await arrange({ meetingTime: inHours(20) });

    expect(await move(meetingId, { start: inHours(10.75) })).toEqual({ change: 'taken' });
    expect(await storedMeeting(database.owner, meetingId)).toMatchObject({
      meeting_time: inHours(20),
      version: 1,
    });
    expect(await owedMessages(database.owner, meetingId)).toEqual([]);
    expect(await move(meetingId, { start: inHours(11) })).toMatchObject({ change: 'moved' });
  });

  it('minds a slot that is held, and none whose time to decide is over', async () => {
    await arrange({ status: 'held', meetingTime: inHours(10) });
    await arrange({ status: 'held', meetingTime: inHours(12), heldUntil: new Date(0) });
    const meetingId = await arrange({ meetingTime: inHours(20) });

    expect(await move(meetingId, { start: inHours(10) })).toEqual({ change: 'taken' });
    expect(await move(meetingId, { start: inHours(12) })).toMatchObject({ change: 'moved' });
  });

  // Seen failing with `may_overlap = true`, which takes the row out of the constraint: all twenty had it.
  it('lets one of twenty who want the same time have it', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 20; n += 1) ids.push(await arrange({ meetingTime: inHours(20 + n) }));

    const changes = await Promise.all(ids.map((id) => move(id, { start: inHours(10) })));

    expect(changes.map(({ change }) => change).sort()).toEqual([
      'moved',
      ...Array(19).fill('taken'),
    ]);
  });

  it('ends in one state when it is moved and cancelled at once', async () => {
    const meetingId = await arrange();
    const changes = await Promise.all([
      ...Array.from({ length: 10 }, (_, n) => move(meetingId, { start: inHours(50 + n) })),
      ...Array.from({ length: 10 }, () => cancel(meetingId)),
    ]);

    const moves = changes.filter(({ change }) => change === 'moved').length;
    expect(changes.filter(({ change }) => change === 'cancelled')).toHaveLength(1);
    expect(await storedMeeting(database.owner, meetingId)).toMatchObject({
      status: 'cancelled',
      version: 2 + moves,
    });
    const owed = await owedMessages(database.owner, meetingId);
    expect(owed.filter(({ kind }) => kind === 'reminder')).toEqual([]);
    expect(await events(meetingId)).toHaveLength(moves + 1);
  });
});
