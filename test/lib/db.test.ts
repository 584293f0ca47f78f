import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inTransaction } from '../../src/lib/db.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('createPool', () => {
  // Seen failing with the listener of each client taken out: its 'error' event ends the process.
  it('survives that a client in use loses its server between two queries', async () => {
    const pool = database.pool('rapport_app');

    const work = inTransaction(pool, async (tx) => {
      const { rows } = await tx.query('select pg_backend_pid() as pid');
      await database.owner.query('select pg_terminate_backend($1, 5000)', [rows[0].pid]);
      await tx.query('select 1');
    });

    await expect(work).rejects.toThrow();
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});
