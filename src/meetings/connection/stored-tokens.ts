import { z } from 'zod';
import { type Db, maybeRow } from '../../lib/db.ts';
import { ConnectionStatus } from './read-connection.ts';

const StoredTokens = z.object({
  status: ConnectionStatus,
  /** Ciphertext, both: also what tells whether somebody has stored others since. */
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresAt: z.date(),
  attentionReason: z.string().nullable(),
});

/** A tenant's tokens as they are stored. */
export type StoredTokens = z.infer<typeof StoredTokens>;

const tokenColumns = `status, access_token as "accessToken", refresh_token as "refreshToken",
            token_expiry as "expiresAt", attention_reason as "attentionReason"`;

/** The tenant's tokens; undefined where no calendar was connected. */
export function readTokens(tx: Db, userId: string): Promise<StoredTokens | undefined> {
  return maybeRow(
    tx,
    StoredTokens,
    `select ${tokenColumns}
       from google_calendar_tokens
      where user_id = $1`,
    [userId],
  );
}

/** Longer than a call to Google about a token may take. */
export const refreshLeaseMs = 20_000;

/** Takes the lease to renew these tokens; false where somebody else has it, or others are stored by now. */
export async function takeRefreshLease(
  tx: Db,
  userId: string,
  tokens: StoredTokens,
  leaseId: string,
): Promise<boolean> {
  const taken = await tx.query(
    `update google_calendar_tokens
        set refresh_lease_id = $4, refresh_lease_until = now() + make_interval(secs => $5 / 1000.0)
      where user_id = $1 and access_token = $2 and refresh_token = $3 and status = 'connected'
        and (refresh_lease_until is null or refresh_lease_until < now())`,
    [userId, tokens.accessToken, tokens.refreshToken, leaseId, refreshLeaseMs],
  );
  return taken.rowCount === 1;
}

/** Lets go of the lease, so that the next one need not wait for its end. */
export async function dropRefreshLease(tx: Db, userId: string, leaseId: string): Promise<void> {
  await tx.query(
    `update google_calendar_tokens set refresh_lease_id = null, refresh_lease_until = null
      where user_id = $1 and refresh_lease_id = $2`,
    [userId, leaseId],
  );
}

/** New tokens in the place of those that were renewed; `refreshToken` is null where the old one goes on. */
export type RenewedTokens = {
  accessToken: string;
  refreshToken: string | null;
  expiresAt: Date;
  scope: string | null;
};

/** Stores what a renewal gave and answers it; undefined where others were stored meanwhile, which stay. */
export function storeRenewed(
  tx: Db,
  userId: string,
  old: StoredTokens,
  renewed: RenewedTokens,
): Promise<StoredTokens | undefined> {
  return maybeRow(
    tx,
    StoredTokens,
    `update google_calendar_tokens
        set access_token = $4, refresh_token = coalesce($5, refresh_token), token_expiry = $6,
            scope = coalesce($7, scope), refresh_lease_id = null, refresh_lease_until = null
      where user_id = $1 and access_token = $2 and refresh_token = $3
      returning ${tokenColumns}`,
    [
      userId,
      old.accessToken,
      old.refreshToken,
      renewed.accessToken,
      renewed.refreshToken,
      renewed.expiresAt,
      renewed.scope,
    ],
  );
}
