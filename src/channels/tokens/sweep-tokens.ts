import { z } from 'zod';
import type { Enqueue } from '../../jobs/catalog.ts';
import { type Pool, rows } from '../../lib/db.ts';

const AccountRef = z.object({ userId: z.string(), phoneNumberId: z.string() });
const perSweep = 200;

/** Finds the accounts whose token is due to be looked after, and hints at each; answers how many. */
export async function sweepTokens(deps: { sweeper: Pool; enqueue: Enqueue }): Promise<number> {
  const due = await rows(
    deps.sweeper,
    AccountRef,
    `select user_id as "userId", id as "phoneNumberId"
       from phone_numbers
      where token_look_at <= now()
        and (token_lease_until is null or token_lease_until < now())
      order by token_look_at
      limit $1`,
    [perSweep],
  );
  if (due.length > 0) await deps.enqueue('accounts.refresh', { items: due });
  return due.length;
}
