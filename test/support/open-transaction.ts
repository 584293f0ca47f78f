import type pg from 'pg';
import type { Pool } from '../../src/lib/db.ts';
import { eventually } from './eventually.ts';

/** A transaction of a test's that stays open, so that whoever needs what it has locked stands still at a known place. */
export type OpenTransaction = {
  query: pg.ClientBase['query'];
  /** Resolves when a statement waits for what is locked here. */
  untilSomebodyWaits(): Promise<void>;
  /** Ends the connections that wait, as Postgres does when it notices that their process is gone. */
  endWhoWaits(): Promise<void>;
  /** Takes back what was done and lets go of the locks. */
  end(): Promise<void>;
};

/** Begins a transaction on a connection of its own. */
export async function openTransaction(owner: Pool): Promise<OpenTransaction> {
  const client = await owner.connect();
  await client.query('begin');
  const { rows } = await client.query('select pg_backend_pid() as pid');
  const holder: unknown = rows[0].pid;
  const waiting = `from pg_stat_activity where $1 = any (pg_blocking_pids(pid))`;
  return {
    query: client.query.bind(client),
    async untilSomebodyWaits() {
      await eventually('somebody waits for the row', async () => {
        const found = await owner.query(`select ${waiting}`, [holder]);
        return (found.rowCount ?? 0) > 0;
      });
    },
    async endWhoWaits() {
      await owner.query(`select pg_terminate_backend(pid) ${waiting}`, [holder]);
      await eventually('nobody waits any more', async () => {
        const found = await owner.query(`select ${waiting}`, [holder]);
        return found.rowCount === 0;
      });
    },
    async end() {
      await client.query('rollback');
      client.release();
    },
  };
}
