import type { Pool } from '../../src/lib/db.ts';
import type { Tenant } from './arrange.ts';
import { eventually } from './eventually.ts';

/** A row that a test holds locked, so that whoever needs it stands still at a known place. */
export type HeldRow = {
  /** Resolves when a statement of rapport waits for the row. */
  untilSomebodyWaits(): Promise<void>;
  /** Ends the connections that wait, as Postgres does when it notices that their process is gone. */
  endWhoWaits(): Promise<void>;
  release(): Promise<void>;
};

const lock = {
  send_pacing: `insert into send_pacing (phone_number_id, user_id, second, used)
                select id, user_id, now(), 0 from phone_numbers where user_id = $1`,
  conversations: 'select from conversations where user_id = $1 for update',
  attachments: 'select from attachments where user_id = $1 for update',
  google_calendar_syncs: 'select from google_calendar_syncs where user_id = $1 for update',
  meetings: 'select from meetings where user_id = $1 for update',
  notification_targets: 'select from notification_targets where user_id = $1 for update',
};

/** Locks a tenant's rows of a table until it is released. */
export async function holdRow(
  owner: Pool,
  table: keyof typeof lock,
  tenant: Tenant,
): Promise<HeldRow> {
  const client = await owner.connect();
  await client.query('begin');
  const { rows } = await client.query('select pg_backend_pid() as pid');
  const holder: unknown = rows[0].pid;
  await client.query(lock[table], [tenant.userId]);
  const waiting = `from pg_stat_activity where $1 = any (pg_blocking_pids(pid))`;
  return {
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
    async release() {
      await client.query('rollback');
      client.release();
    },
  };
}
