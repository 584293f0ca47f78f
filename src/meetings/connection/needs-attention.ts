import type { Db } from '../../lib/db.ts';
import type { NewId } from '../../lib/ids.ts';
import { resolveNotices, tellTenantOnce } from '../../notifications/notices.ts';
import type { StoredTokens } from './stored-tokens.ts';

const notice = { kind: 'google_calendar.needs_attention', dedupeKey: 'google' };

/**
 * Only a person can help the connection with these tokens: says so to the tenant, once, unless others are stored by
 * now. Answers whether they still were.
 */
export async function markNeedsAttention(
  tx: Db,
  newId: NewId,
  connection: { userId: string; tokens: StoredTokens; reason: string },
): Promise<boolean> {
  const { userId, tokens, reason } = connection;
  const marked = await tx.query(
    `update google_calendar_tokens
        set status = 'needs_attention', attention_reason = $4,
            refresh_lease_id = null, refresh_lease_until = null
      where user_id = $1 and access_token = $2 and refresh_token = $3 and status = 'connected'`,
    [userId, tokens.accessToken, tokens.refreshToken, reason],
  );
  if (marked.rowCount === 0) return false;
  await tellTenantOnce(tx, {
    ...notice,
    newId,
    userId,
    text: `Google does not let us into your calendar any more: ${reason}. No meetings are booked until you connect it again.`,
    details: { reason },
  });
  return true;
}

/** The connection is well again, or gone: what was told of it is settled. */
export function settleAttention(tx: Db, userId: string): Promise<void> {
  return resolveNotices(tx, { ...notice, userId });
}
