import type { Pool } from '../../src/lib/db.ts';
import { testVault } from './test-vault.ts';

/** A connected calendar, stored straight into the database; a negative life is a token that is over. */
export async function arrangeGoogleConnection(
  owner: Pool,
  userId: string,
  options: {
    accessToken?: string;
    refreshToken?: string;
    livesForMs?: number;
    accountEmail?: string;
  } = {},
): Promise<void> {
  const {
    accessToken = 'ya29.token-of-tests',
    refreshToken = '1//refresh-of-tests',
    livesForMs = 3_600_000,
    accountEmail = 'owner@example.com',
  } = options;
  await owner.query(
    `insert into google_calendar_tokens
       (user_id, access_token, refresh_token, token_expiry, scope, account_email,
        check_calendar_ids, write_calendar_id)
     values ($1, $2, $3, now() + make_interval(secs => $4 / 1000.0), '', $5::text,
             array[$5::text], $5::text)`,
    [
      userId,
      testVault.encrypt(accessToken, userId),
      testVault.encrypt(refreshToken, userId),
      livesForMs,
      accountEmail,
    ],
  );
}
