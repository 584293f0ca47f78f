import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningSimulators } from '../../../simulators/start.ts';
import { asTenant } from '../../../src/lib/tenant.ts';
import {
  ensureSync,
  ensureSyncs,
  restartSyncs,
} from '../../../src/meetings/changes/ensure-sync.ts';
import { arrangeTenant } from '../../support/arrange.ts';
import {
  arrangeBusiness,
  type Business,
  inHours,
  startGoogle,
  writtenMeeting,
} from '../../support/change-stage.ts';
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

async function calendars({ tenant }: Pick<Business, 'tenant'>): Promise<string[]> {
  const { rows } = await database.owner.query(
    'select calendar_id as id from google_calendar_syncs where user_id = $1 order by 1',
    [tenant.userId],
  );
  return rows.map(({ id }) => String(id));
}

describe('the calendars that are looked at', () => {
  it('are the one that is written to and those of meetings to come, each once', async () => {
    const business = await arrangeBusiness(database, simulators);
    const { userId } = business.tenant;
    await writtenMeeting(database, simulators, business);
    const past = await writtenMeeting(database, simulators, business, {
      meetingTime: inHours(-72),
    });
    const other = await writtenMeeting(database, simulators, business);
    const into = 'update meetings set google_calendar_id = $2 where meeting_id = $1';
    await database.owner.query(into, [past.meetingId, 'past']);
    await database.owner.query(into, [other.meetingId, 'rita']);
    await database.owner.query('delete from google_calendar_syncs where user_id = $1', [userId]);

    const app = database.pool('rapport_app');
    await asTenant(app, userId, (tx) => ensureSyncs(tx, userId));
    await asTenant(app, userId, (tx) => ensureSync(tx, userId, 'rita'));

    expect(await calendars(business)).toEqual([business.email, 'rita'].sort());
  });

  it('are none where no calendar is connected', async () => {
    const tenant = await arrangeTenant(database.owner);

    await asTenant(database.pool('rapport_app'), tenant.userId, (tx) =>
      ensureSync(tx, tenant.userId, 'rita'),
    );

    expect(await calendars({ tenant })).toEqual([]);
  });

  it('are read anew when it is connected again, and the channel is stopped after a new one is open', async () => {
    const business = await arrangeBusiness(database, simulators);
    const { userId } = business.tenant;
    await database.owner.query(
      `update google_calendar_syncs
          set sync_token = 's', attempts = 3, look_at = now() + interval '1 day', channel_id = $2,
              resource_id = 'r', lease_id = 'w', lease_until = now() + interval '1 minute'
        where user_id = $1`,
      [userId, `channel of ${userId}`],
    );

    await asTenant(database.pool('rapport_app'), userId, (tx) => restartSyncs(tx, userId));

    const { rows } = await database.owner.query(
      'select *, look_at <= now() as is_due from google_calendar_syncs where user_id = $1',
      [userId],
    );
    expect(rows).toEqual([
      expect.objectContaining({
        sync_token: null,
        attempts: 0,
        is_due: true,
        lease_id: null,
        channel_id: null,
        old_channel_id: `channel of ${userId}`,
        old_resource_id: 'r',
      }),
    ]);
  });
});
