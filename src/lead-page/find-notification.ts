import { z } from 'zod';
import { maybeRow, type Pool } from '../lib/db.ts';
import { asTenant } from '../lib/tenant.ts';
import { NotificationContent } from '../notifications/notification-content.ts';

/** How long the buttons of a notification work. */
const lifeMs = 30 * 24 * 3_600_000;

const tokenForm = /^[A-Za-z0-9_-]{16,64}$/;

const TokenRow = z.object({ notificationId: z.string(), userId: z.string() });

const OpenedNotification = z.object({
  kind: z.enum(['event', 'digest', 'escalation', 'test']),
  conversationId: z.string().nullable(),
  /** Null for what is no single lead. */
  content: NotificationContent.nullable().catch(null),
  createdAt: z.date(),
  openedAt: z.date().nullable(),
});

/** The notification whose button was pressed, and the tenant for whom whoever holds its token may act. */
export type OpenedNotification = z.infer<typeof OpenedNotification> & {
  userId: string;
  notificationId: string;
};

/**
 * Undefined for a token that nobody has, one of a notification that is older than 30 days, or one that was sent
 * to a target that is deleted since: whoever is told no more shall not read on or write to customers.
 */
export async function findNotification(
  deps: { app: Pool; receiver: Pool; now: () => Date },
  token: string,
): Promise<OpenedNotification | undefined> {
  if (!tokenForm.test(token)) return undefined;
  // Whose the token is has to be found before anything can be asked as a tenant.
  const holder = await maybeRow(
    deps.receiver,
    TokenRow,
    `select notification_id as "notificationId", user_id as "userId"
       from notifications where open_token = $1`,
    [token],
  );
  if (holder === undefined) return undefined;
  const found = await asTenant(deps.app, holder.userId, (tx) =>
    maybeRow(
      tx,
      OpenedNotification,
      `select n.kind, n.conversation_id as "conversationId", n.content, n.created_at as "createdAt",
              n.opened_at as "openedAt"
         from notifications n
         join notification_targets t
           on t.user_id = n.user_id and t.notification_target_id = n.notification_target_id
        where n.user_id = $1 and n.notification_id = $2 and t.deleted_at is null`,
      [holder.userId, holder.notificationId],
    ),
  );
  if (found === undefined || deps.now().getTime() - found.createdAt.getTime() > lifeMs) {
    return undefined;
  }
  return { ...holder, ...found };
}
