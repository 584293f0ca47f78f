import type { Db } from '../lib/db.ts';

/**
 * Takes away the events kept for later that name a person by an address or a username, also those that could not be
 * given to any tenant. A name alone is many people's.
 */
export async function forgetUnhandled(
  tx: Db,
  of: { userId: string; identities: { address: string }[]; usernames: string[] },
): Promise<Record<string, never>> {
  // As JSON writes them, so that a number is not found in a longer one.
  const quoted = [...of.identities.map(({ address }) => address), ...of.usernames].map((text) =>
    JSON.stringify(text),
  );
  await tx.query(
    `delete from unhandled_events u
      where u.user_id = $1
        and exists (select from unnest($2::text[]) q where strpos(u.payload::text, q) > 0)`,
    [of.userId, quoted],
  );
  await tx.query('select forget_unattributed_events($1::text[])', [quoted]);
  return {};
}
