import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { queryAsTenants } from '../../src/lib/tenant.ts';
import { openTransaction } from '../support/open-transaction.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.owner.query(
    `insert into users (user_id, email) values ('usr_a', 'a@example.com'), ('usr_b', 'b@example.com')`,
  );
  await database.owner.query(`insert into credits (user_id) values ('usr_a'), ('usr_b')`);
});
afterAll(() => database.drop());

// Seen failing with retryDeadlocks taken out of queryAsTenants.
it('sends a batch again that Postgres ended for one who locks in another order', async () => {
  const other = await openTransaction(database.owner);
  const lock = 'select from credits where user_id = $1 for update';
  await other.query(lock, ['usr_a']);
  const both = {
    name: 'both_purses',
    text: 'select user_id from credits where user_id = any ($1) order by user_id desc for update',
    values: [['usr_a', 'usr_b']],
  };

  const done = queryAsTenants(database.pool('rapport_app'), ['usr_a', 'usr_b'], both);
  await other.untilSomebodyWaits();
  await other.query(lock, ['usr_b']);
  await other.end();

  expect(await done).toHaveLength(2);
});
