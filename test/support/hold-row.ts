import type { Pool } from '../../src/lib/db.ts';
import type { Tenant } from './arrange.ts';
import { type OpenTransaction, openTransaction } from './open-transaction.ts';

/** A row that a test holds locked, so that whoever needs it stands still at a known place. */
export type HeldRow = Pick<OpenTransaction, 'untilSomebodyWaits' | 'endWhoWaits'> & {
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
  const held = await openTransaction(owner);
  await held.query(lock[table], [tenant.userId]);
  return { ...held, release: held.end };
}
