import { z } from 'zod';
import { maybeRow, type Pool } from '../lib/db.ts';
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

/**
 * A message that its status says came too late for the reply window goes out once more, as its own template
 * or the agent's if there is one; answers where to look then. Does nothing a second time, and nothing for a template.
 */
export async function sendTemplateInstead(
  app: Pool,
  refused: { userId: string; messageId: string },
): Promise<ConversationRef | undefined> {
  return asTenant(app, refused.userId, async (tx) => {
    const again = await maybeRow(
      tx,
      z.object({ conversationId: z.string() }),
      `with again as (
         update message_delivery_status d
            set status = 'pending', next_attempt_at = now(), attempts = 0,
                platform_message_id = null, updated_at = now()
           from messages m
           join conversations c on c.conversation_id = m.conversation_id and c.user_id = m.user_id
           join agents a on a.agent_id = c.agent_id and a.user_id = c.user_id
          where d.user_id = $1 and d.message_id = $2 and d.status = 'failed'
            and m.message_id = d.message_id and m.user_id = d.user_id
            and (a.settings ->> 'templateName' is not null or m.content ? 'template')
            and not m.content ? 'sentTemplate'
         returning d.message_id, d.conversation_id
       ), message as (
         update messages m set status = 'pending', platform_message_id = null
           from again a where m.user_id = $1 and m.message_id = a.message_id
       ), closed as (
         update conversations c set reply_window_ends_at = now()
           from again a
          where c.user_id = $1 and c.conversation_id = a.conversation_id
            and c.reply_window_ends_at > now()
       ), taken_back as (
         delete from lead_events e using again a
          where e.user_id = $1 and e.conversation_id = a.conversation_id
            and e.event_key = 'undelivered:' || a.message_id and e.told_at is null
       )
       select conversation_id as "conversationId" from again`,
      [refused.userId, refused.messageId],
    );
    return again === undefined ? undefined : { userId: refused.userId, ...again };
  });
}
