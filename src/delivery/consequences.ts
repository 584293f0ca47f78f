import type { Pool } from '../lib/db.ts';
import type { NewId } from '../lib/ids.ts';
import { asTenant } from '../lib/tenant.ts';
import { tellTenantOnce } from '../notifications/notices.ts';
import type { ConversationRef } from './claim-sends.ts';

/** The provider says that the window is closed: from now on only a template may go out. */
export async function closeReplyWindow(app: Pool, conversation: ConversationRef): Promise<void> {
  await asTenant(app, conversation.userId, (tx) =>
    tx.query(
      `update conversations set reply_window_ends_at = now()
        where user_id = $1 and conversation_id = $2 and reply_window_ends_at > now()`,
      [conversation.userId, conversation.conversationId],
    ),
  );
}

/** `accessToken`, as stored, is the one that was refused: an account that has another by now is left alone. */
export type RefusedAccount = {
  userId: string;
  phoneNumberId: string;
  errorCode: number;
  reason: string;
  accessToken?: string;
};

/**
 * The provider refuses the account itself (its token, its standing): marks it as needing attention and
 * tells the tenant, once until it is mended.
 */
export async function markAccountBroken(
  deps: { app: Pool; newId: NewId; publishLook: () => void },
  account: RefusedAccount,
): Promise<void> {
  await asTenant(deps.app, account.userId, async (tx) => {
    const marked = await tx.query(
      `update phone_numbers
          set health = 'needs_attention', health_reason = $3, health_changed_at = now()
        where user_id = $1 and id = $2 and health = 'ok'
          and ($4::text is null or access_token = $4)`,
      [account.userId, account.phoneNumberId, account.reason, account.accessToken ?? null],
    );
    if (marked.rowCount === 0) return;
    await tellTenantOnce(tx, {
      newId: deps.newId,
      userId: account.userId,
      kind: 'phone_number.needs_attention',
      dedupeKey: account.phoneNumberId,
      text: `A phone number cannot send: ${account.reason} (code ${account.errorCode}). Check its access token with the provider, then store it again.`,
      details: { phoneNumberId: account.phoneNumberId, errorCode: account.errorCode },
    });
  });
  deps.publishLook();
}
