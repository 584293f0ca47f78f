import { z } from 'zod';
import { maybeRow, type Pool } from '../../lib/db.ts';
import { asTenant } from '../../lib/tenant.ts';
import { PlatformName } from '../phone-numbers.ts';

/** An account of a tenant's. */
export type AccountRef = { userId: string; phoneNumberId: string };

const ClaimedToken = z.object({
  phoneNumberId: z.string(),
  userId: z.string(),
  platform: PlatformName,
  accountId: z.string(),
  displayName: z.string().nullable(),
  /** Ciphertext: also what tells whether somebody has set another token since. */
  encryptedToken: z.string(),
  livesForMs: z.number().nullable(),
  attempts: z.number().int(),
});

/** An account whose token this process alone looks after, for as long as the lease lasts. */
export type ClaimedToken = z.infer<typeof ClaimedToken>;

/** Longer than the two calls to a provider that a look may take. */
const leaseMs = 60_000;

/** Takes the lease on an account's token, if it is due and nobody else looks after it. */
export function claimToken(app: Pool, wanted: AccountRef): Promise<ClaimedToken | undefined> {
  return asTenant(app, wanted.userId, (tx) =>
    maybeRow(
      tx,
      ClaimedToken,
      `update phone_numbers
          set token_lease_until = now() + make_interval(secs => $3 / 1000.0)
        where user_id = $1 and id = $2 and token_look_at <= now()
          and (token_lease_until is null or token_lease_until < now())
        returning id as "phoneNumberId", user_id as "userId", platform,
                  meta_phone_number_id as "accountId", display_name as "displayName",
                  access_token as "encryptedToken", token_attempts as attempts,
                  (extract(epoch from token_expires_at - now()) * 1000)::float8 as "livesForMs"`,
      [wanted.userId, wanted.phoneNumberId, leaseMs],
    ),
  );
}
