import { z } from 'zod';
import { type Db, maybeRow } from '../../lib/db.ts';
import { settleAttention } from './needs-attention.ts';
import { ConnectionStatus } from './read-connection.ts';

/** A connection as a consent gave it. Tokens are ciphertext. */
export type NewConnection = {
  userId: string;
  accountEmail: string;
  accessToken: string;
  refreshToken: string;
  expiresAt: Date;
  scope: string;
  /** The calendars of the account, and those of them that may be written. */
  calendarIds: string[];
  writableIds: string[];
};

const Before = z.object({
  status: ConnectionStatus,
  accountEmail: z.string().nullable(),
  refreshToken: z.string(),
  checkCalendarIds: z.array(z.string()),
  writeCalendarId: z.string(),
});

/** The connection that was there before; `isSameAccount` also where nobody knows whose it was. */
export type Replaced = { refreshToken: string; isSameAccount: boolean };

/**
 * Stores a connection over the one before, which it answers. The choice of calendars stays, as far as the account has
 * them; of a new account it is the primary one. What was told of the connection is settled.
 */
export async function storeConnection(
  tx: Db,
  connection: NewConnection,
): Promise<Replaced | undefined> {
  const { userId, accountEmail, accessToken, refreshToken, expiresAt, scope } = connection;
  const before = await maybeRow(
    tx,
    Before,
    `select status, account_email as "accountEmail", refresh_token as "refreshToken",
            check_calendar_ids as "checkCalendarIds", write_calendar_id as "writeCalendarId"
       from google_calendar_tokens
      where user_id = $1
        for update`,
    [userId],
  );
  const isSameAccount = (before?.accountEmail ?? accountEmail) === accountEmail;
  const chosen = choiceOf(connection, isSameAccount ? before : undefined);
  await tx.query(
    `insert into google_calendar_tokens
       (user_id, access_token, refresh_token, token_expiry, scope, account_email,
        check_calendar_ids, write_calendar_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (user_id) do update
        set access_token = excluded.access_token, refresh_token = excluded.refresh_token,
            token_expiry = excluded.token_expiry, scope = excluded.scope,
            account_email = excluded.account_email,
            check_calendar_ids = excluded.check_calendar_ids,
            write_calendar_id = excluded.write_calendar_id,
            status = 'connected', attention_reason = null,
            refresh_lease_id = null, refresh_lease_until = null, connected_at = now()`,
    [
      userId,
      accessToken,
      refreshToken,
      expiresAt,
      scope,
      accountEmail,
      chosen.checkCalendarIds,
      chosen.writeCalendarId,
    ],
  );
  await settleAttention(tx, userId);
  return before === undefined ? undefined : { refreshToken: before.refreshToken, isSameAccount };
}

/** The calendars that are read and the one that is written: as they were, or the primary one. */
function choiceOf(
  { calendarIds, writableIds, accountEmail }: NewConnection,
  before: z.infer<typeof Before> | undefined,
) {
  const has = (ids: string[]) => (id: string) => id === 'primary' || ids.includes(id);
  const checked = before?.checkCalendarIds.filter(has(calendarIds)) ?? [];
  const written = before?.writeCalendarId ?? accountEmail;
  return {
    checkCalendarIds: checked.length === 0 ? [accountEmail] : checked,
    writeCalendarId: has(writableIds)(written) ? written : accountEmail,
  };
}
