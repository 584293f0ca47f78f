import type { Db, Pool } from '../../lib/db.ts';
import type { NewId } from '../../lib/ids.ts';
import { asTenant } from '../../lib/tenant.ts';
import { resolveNotices, tellTenantOnce } from '../../notifications/notices.ts';
import { type AfterLook, tokenAtRisk } from './after-look.ts';
import type { ClaimedToken } from './claim-token.ts';

/** What a look came to, as it is stored. */
export type LookToRecord = {
  claimed: ClaimedToken;
  after: AfterLook;
  /** Of a token that lives on. */
  renewed: { encryptedToken: string; livesForMs: number } | undefined;
  /** Why it could not be renewed, in words. */
  reason: string | undefined;
};

/**
 * Records a look, with what the tenant is told for it, unless somebody has set another token meanwhile: that one
 * stays. Answers whether it was recorded.
 */
export async function recordLook(
  deps: { app: Pool; newId: NewId },
  look: LookToRecord,
): Promise<boolean> {
  const { claimed, after, renewed } = look;
  const { userId, phoneNumberId } = claimed;
  return asTenant(deps.app, userId, async (tx) => {
    const recorded = await tx.query(
      `update phone_numbers
          set access_token = coalesce($4, access_token),
              token_expires_at = case when $4::text is null then token_expires_at
                else now() + make_interval(secs => $5 / 1000.0) end,
              token_refreshed_at = case when $4::text is null then token_refreshed_at else now() end,
              token_look_at = now() + make_interval(secs => $6 / 1000.0),
              token_attempts = $7, token_lease_until = null
        where user_id = $1 and id = $2 and access_token = $3`,
      [
        userId,
        phoneNumberId,
        claimed.encryptedToken,
        renewed?.encryptedToken ?? null,
        renewed?.livesForMs ?? null,
        after.lookInMs,
        after.attempts,
      ],
    );
    if (recorded.rowCount === 0) return false;
    await tell(tx, deps.newId, look);
    return true;
  });
}

async function tell(tx: Db, newId: NewId, { claimed, after, reason }: LookToRecord): Promise<void> {
  const { userId, phoneNumberId, livesForMs } = claimed;
  const notice = { userId, kind: tokenAtRisk, dedupeKey: phoneNumberId };
  if (after.tell !== 'at_risk') {
    if (after.attempts === 0) await resolveNotices(tx, notice);
    return;
  }
  const days = livesForMs === null ? null : Math.max(0, Math.floor(livesForMs / 86_400_000));
  const end = days === null ? '' : ` It ends in ${days} ${days === 1 ? 'day' : 'days'}.`;
  const why = reason ?? 'the provider does not renew it';
  await tellTenantOnce(tx, {
    ...notice,
    newId,
    text: `The access token of ${claimed.displayName ?? claimed.accountId} could not be renewed: ${why}.${end} Connect the account again, or store a new token, before it stops answering.`,
    details: { phoneNumberId, endsInDays: days },
  });
}
