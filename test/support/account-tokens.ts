import type { Pool } from '../../src/lib/db.ts';
import type { Tenant } from './arrange.ts';
import { testVault } from './test-vault.ts';

/** A token as it is stored, in clear, with what is known of it. Times are from now. */
export type StoredToken = {
  token: string;
  health: string;
  attempts: number;
  livesForDays: number | null;
  lookInMinutes: number | null;
  isHeld: boolean;
};

/** The token of a tenant's account. */
export async function storedToken(owner: Pool, tenant: Tenant): Promise<StoredToken> {
  const { rows } = await owner.query(
    `select access_token as token, health, token_attempts as attempts,
            (extract(epoch from token_expires_at - now()) / 86400)::float8 as "livesForDays",
            (extract(epoch from token_look_at - now()) / 60)::float8 as "lookInMinutes",
            token_lease_until is not null as "isHeld"
       from phone_numbers where id = $1`,
    [tenant.phoneNumberId],
  );
  const row: StoredToken = rows[0];
  return { ...row, token: testVault.decrypt(row.token, tenant.phoneNumberId) };
}

/** Time passes for a token: it is looked after now, also if somebody died with it. */
export async function tokenIsDue(
  owner: Pool,
  tenant: Tenant,
  known: { livesForDays?: number } = {},
): Promise<void> {
  await owner.query(
    `update phone_numbers
        set token_look_at = now(), token_lease_until = null,
            token_expires_at = coalesce(now() + make_interval(days => $2), token_expires_at)
      where id = $1`,
    [tenant.phoneNumberId, known.livesForDays ?? null],
  );
}

/** What a tenant was told of its accounts and is not settled yet. */
export async function standingNotices(
  owner: Pool,
  tenant: Tenant,
): Promise<{ kind: string; text: string }[]> {
  const { rows } = await owner.query(
    `select kind, text from notices
      where user_id = $1 and resolved_at is null order by notice_id`,
    [tenant.userId],
  );
  return rows;
}
