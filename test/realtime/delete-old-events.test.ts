import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deleteOldEvents } from '../../src/realtime/delete-old-events.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('deleteOldEvents', () => {
  it('removes what is older, of every tenant, across hours in which nothing happened', async () => {
    await database.owner.query(
      `insert into realtime_events (user_id, kind, payload, created_at)
       select 'usr_' || n % 3, 'notice', '{}', timestamptz '2026-11-20 12:00:00Z' - n * interval '7 hours'
         from generate_series(0, 29) as n`,
    );
    const sweeper = database.pool('rapport_sweeper');

    const removed = await deleteOldEvents(sweeper, new Date('2026-11-19T12:00:00Z'));
    const again = await deleteOldEvents(sweeper, new Date('2026-11-19T12:00:00Z'));

    const left = await database.owner.query('select user_id from realtime_events');
    expect({ removed, again, left: left.rows.length }).toEqual({ removed: 26, again: 0, left: 4 });
  });
});
