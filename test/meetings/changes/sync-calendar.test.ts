import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningSimulators } from '../../../simulators/start.ts';
import { sweepChanges } from '../../../src/meetings/changes/sweep-changes.ts';
import { syncCalendar } from '../../../src/meetings/changes/sync-calendar.ts';
import { owedMessages, storedMeeting } from '../../support/arrange-meeting.ts';
import {
  arrangeBusiness,
  type Business,
  changeDepsOf,
  inHours,
  lookAt,
  startGoogle,
  type Written,
  writtenMeeting,
} from '../../support/change-stage.ts';
import { recordJobs } from '../../support/serve-routes.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

let database: TestDatabase;
let simulators: RunningSimulators;

beforeAll(async () => {
  database = await createTestDatabase();
  simulators = await startGoogle();
});
afterAll(async () => {
  await simulators.close();
  await database.drop();
});

const look = (business: Business, more: Parameters<typeof changeDepsOf>[3] = {}) =>
  lookAt(database, simulators, business, more);

async function arrange(): Promise<{ business: Business; meeting: Written }> {
  const business = await arrangeBusiness(database, simulators);
  const meeting = await writtenMeeting(database, simulators, business);
  await look(business);
  return { business, meeting };
}

function move(meeting: Written, hours: number, minutes = 30): void {
  const start = inHours(hours);
  const end = new Date(start.getTime() + minutes * 60_000);
  simulators.googlePersonActs({ kind: 'move', eventId: meeting.eventId, start, end });
}

async function told({ meetingId }: Written): Promise<string[]> {
  const owed = await owedMessages(database.owner, meetingId);
  return owed.map(({ kind, key }) => `${kind} ${key.split('@')[0]}`);
}

async function storedSync({ tenant }: Business): Promise<Record<string, unknown>> {
  const { rows } = await database.owner.query(
    `select *, look_at - now() as wait, extract(epoch from look_at - now())::float8 as in_s
       from google_calendar_syncs where user_id = $1`,
    [tenant.userId],
  );
  return rows[0];
}

describe('syncCalendar', () => {
  it('finds no news in what we wrote ourselves', async () => {
    const { business, meeting } = await arrange();

    await look(business);

    expect(await storedMeeting(database.owner, meeting.meetingId)).toMatchObject({ version: 1 });
    expect(await told(meeting)).toEqual([]);
    expect((await storedSync(business))['sync_token']).not.toBeNull();
  });

  it('moves a meeting that was moved, tells it once, and owes Google nothing', async () => {
    const { business, meeting } = await arrange();
    move(meeting, 72);

    await look(business);
    await look(business);

    expect(await storedMeeting(database.owner, meeting.meetingId)).toMatchObject({
      meeting_time: inHours(72),
      status: 'scheduled',
      changed_by: 'business',
      version: 2,
      google_version: 2,
      google_due_at: null,
    });
    expect(await told(meeting)).toEqual(['moved v2', 'reminder 60']);
  });

  it('calls a meeting off whose event was deleted', async () => {
    const { business, meeting } = await arrange();
    simulators.googlePersonActs({ kind: 'cancel', eventId: meeting.eventId });

    await look(business);

    expect(await storedMeeting(database.owner, meeting.meetingId)).toMatchObject({
      status: 'cancelled',
      changed_by: 'business',
      google_due_at: null,
    });
    expect(await told(meeting)).toEqual(['cancelled v2']);
  });

  it('calls a meeting off that the customer declined, and owes Google the removal', async () => {
    const { business, meeting } = await arrange();
    const who = { email: 'ana@example.org', response: 'declined' };
    simulators.googlePersonActs({ kind: 'respond', eventId: meeting.eventId, ...who });

    await look(business);

    const stored = await storedMeeting(database.owner, meeting.meetingId);
    expect(stored).toMatchObject({ status: 'cancelled', changed_by: 'customer', version: 2 });
    expect(stored).toMatchObject({ google_version: 1, google_due_at: expect.any(Date) });
    expect(await told(meeting)).toEqual(['declined v2']);
  });

  it('reads everything anew when its token is too old, and finds what was deleted meanwhile', async () => {
    const { business, meeting } = await arrange();
    const other = await writtenMeeting(database, simulators, business);
    await look(business);
    simulators.invalidateGoogleSyncTokens();
    move(meeting, 96);
    simulators.googlePersonActs({ kind: 'cancel', eventId: other.eventId });

    await look(business);

    expect(await told(meeting)).toEqual(['moved v2', 'reminder 60']);
    expect(await told(other)).toEqual(['cancelled v2']);
  });

  it('asks for an event that a whole calendar does not show', async () => {
    const { business, meeting } = await arrange();
    await database.owner.query(`update google_calendar_syncs set sync_token = null`);
    const { calendar } = changeDepsOf(database, simulators, business);
    const empty: typeof calendar.changes = async () => ({
      changes: 'page',
      events: [],
      nextPageToken: null,
      nextSyncToken: 's',
    });
    const gone: typeof calendar.read = async () => 'gone';

    await look(business, { calendar: { ...calendar, changes: empty, read: gone } });

    expect(await told(meeting)).toEqual(['cancelled v2']);
  });

  it('reads a page again after a crash between two, and tells nobody twice', async () => {
    const { business, meeting } = await arrange();
    move(meeting, 80);
    const { calendar } = changeDepsOf(database, simulators, business);
    let pages = 0;
    const changes: typeof calendar.changes = async (access, asked) => {
      pages += 1;
      if (pages > 1) throw new Error('killed');
      const page = await calendar.changes(access, asked);
      return page.changes === 'page' ? { ...page, nextPageToken: 'more' } : page;
    };
    const before = await storedSync(business);

    await look(business, { calendar: { ...calendar, changes } });
    expect((await storedSync(business))['sync_token']).toBe(before['sync_token']);
    await look(business);

    expect(await told(meeting)).toEqual(['moved v2', 'reminder 60']);
  });

  it('keeps its place while we owe Google a change ourselves', async () => {
    const { business, meeting } = await arrange();
    await database.owner.query('update meetings set version = 2 where meeting_id = $1', [
      meeting.meetingId,
    ]);
    move(meeting, 90);
    const before = await storedSync(business);

    await look(business);
    expect((await storedSync(business))['sync_token']).toBe(before['sync_token']);
    expect(await told(meeting)).toEqual([]);
    await database.owner.query('update meetings set google_version = 2 where meeting_id = $1', [
      meeting.meetingId,
    ]);
    await look(business);

    expect(await told(meeting)).toEqual(['moved v3', 'reminder 60']);
  });

  it('takes the word of the business for two meetings at once, and tells it once', async () => {
    const { business, meeting } = await arrange();
    const other = await writtenMeeting(database, simulators, business, {
      personId: meeting.personId,
      meetingTime: inHours(120),
    });
    move(meeting, 120);

    await look(business);
    await look(business);

    const stored = await storedMeeting(database.owner, meeting.meetingId);
    expect(stored).toMatchObject({ meeting_time: other.meetingTime, may_overlap: true });
    const { rows } = await database.owner.query(
      `select kind from notices where user_id = $1 and resolved_at is null`,
      [business.tenant.userId],
    );
    expect(rows).toEqual([{ kind: 'meeting.overlaps' }]);
  });

  it('lets the slots lapse that customers decide on where a meeting was put', async () => {
    const { business, meeting } = await arrange();
    const held = await writtenMeeting(database, simulators, business, {
      personId: meeting.personId,
      meetingTime: inHours(130),
      status: 'held',
    });
    move(meeting, 130);

    await look(business);

    expect(await storedMeeting(database.owner, held.meetingId)).toMatchObject({ status: 'lapsed' });
    expect(await storedMeeting(database.owner, meeting.meetingId)).toMatchObject({
      may_overlap: false,
    });
  });

  it('asks the tenant about an event of whole days, until it has a time again', async () => {
    const { business, meeting } = await arrange();
    const days = { start: '2027-01-04', end: '2027-01-05' };
    simulators.googlePersonActs({ kind: 'move', eventId: meeting.eventId, ...days });
    const notices = async () =>
      (
        await database.owner.query(
          `select kind from notices where user_id = $1 and resolved_at is null`,
          [business.tenant.userId],
        )
      ).rows;

    await look(business);
    expect(await notices()).toEqual([{ kind: 'meeting.unclear' }]);
    expect(await told(meeting)).toEqual([]);
    move(meeting, 100);
    await look(business);

    expect(await notices()).toEqual([]);
    expect(await told(meeting)).toEqual(['moved v2', 'reminder 60']);
  });

  it('comes back later each time that it fails, and is told of by the sweep when it is due', async () => {
    const { business } = await arrange();
    const { calendar } = changeDepsOf(database, simulators, business);
    const changes = () => Promise.reject(new Error('away'));

    const waits: unknown[] = [];
    for (const _ of [1, 2, 3]) {
      await look(business, { calendar: { ...calendar, changes } });
      waits.push(Math.round(Number((await storedSync(business))['in_s']) / 7.5));
    }

    expect(waits).toEqual([1, 2, 4]);
    await database.owner.query(`update google_calendar_syncs set look_at = now() + '1 day'`);
    await database.owner.query(
      `update google_calendar_syncs set look_at = now() where user_id = $1`,
      [business.tenant.userId],
    );
    const jobs = recordJobs();
    expect(
      await sweepChanges({ sweeper: database.pool('rapport_sweeper'), enqueue: jobs.enqueue }),
    ).toBe(1);
  });

  it('is due again at once when Google tells of more while it reads', async () => {
    const { business } = await arrange();
    const { calendar } = changeDepsOf(database, simulators, business);
    const changes: typeof calendar.changes = async (access, asked) => {
      await database.owner.query(
        'update google_calendar_syncs set look_at = now(), last_told_at = now() where user_id = $1',
        [business.tenant.userId],
      );
      return calendar.changes(access, asked);
    };

    expect(await look(business, { calendar: { ...calendar, changes } })).toEqual({ isDue: true });
    expect(await look(business)).toEqual({ isDue: false });
  });

  it('leaves all to who took its lease, when it was away for too long', async () => {
    const { business, meeting } = await arrange();
    move(meeting, 78);
    const before = await storedSync(business);
    const { calendar } = changeDepsOf(database, simulators, business);
    const changes: typeof calendar.changes = async (access, asked) => {
      await database.owner.query(
        `update google_calendar_syncs set lease_id = 'another' where user_id = $1`,
        [business.tenant.userId],
      );
      return calendar.changes(access, asked);
    };

    await look(business, { calendar: { ...calendar, changes } });

    expect(await told(meeting)).toEqual([]);
    expect(await storedSync(business)).toMatchObject({
      sync_token: before['sync_token'],
      lease_id: 'another',
    });
  });

  it('reads a calendar once, however many look', async () => {
    const { business, meeting } = await arrange();
    move(meeting, 77);
    await database.owner.query(`update google_calendar_syncs set look_at = now()`);
    const { calendar } = changeDepsOf(database, simulators, business);
    let reads = 0;
    const changes: typeof calendar.changes = (access, asked) => {
      reads += 1;
      return calendar.changes(access, asked);
    };
    const deps = changeDepsOf(database, simulators, business, {
      calendar: { ...calendar, changes },
    });
    const ref = { userId: business.tenant.userId, calendarId: business.email };

    await Promise.all([1, 2, 3, 4].map(() => syncCalendar(deps, ref)));

    expect(reads).toBe(1);

    expect(await told(meeting)).toEqual(['moved v2', 'reminder 60']);
  });
});
