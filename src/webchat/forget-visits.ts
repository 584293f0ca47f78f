import type { Db } from '../lib/db.ts';

/** Takes away how often a visitor has asked. */
export async function forgetVisitsOf(
  tx: Db,
  of: { userId: string; identities: { address: string }[] },
): Promise<Record<string, never>> {
  await tx.query('delete from webchat_limits where user_id = $1 and subject = any ($2::text[])', [
    of.userId,
    of.identities.map(({ address }) => address),
  ]);
  return {};
}
