import { z } from 'zod';
import { type Db, maybeRow, oneRow } from '../../lib/db.ts';
import type { NewId } from '../../lib/ids.ts';
import { resolveNotices, tellTenantOnce } from '../notices.ts';
import type { NotifierKind } from '../notifier.ts';
import type { Escalation } from '../targets/escalation.ts';
import { targetFailingNotice } from '../targets/retire-target.ts';

/** What must be known of a notification to write down what became of it. */
export type NotificationToSettle = {
  userId: string;
  notificationId: string;
  kind: 'event' | 'digest' | 'escalation' | 'test';
  /** The attempt that this is the outcome of: an older one has nothing to say any more. */
  attempts: number;
  notificationTargetId: string;
  targetKind: NotifierKind;
  targetName: string;
  escalation: Escalation | null;
};

/** How a notification ended, or that it was sent. */
export type Settled = {
  status: 'sent' | 'failed' | 'unknown' | 'cancelled';
  error: string | null;
  providerMessageId?: string | null;
};

/**
 * Ends a notification in the caller's transaction; answers whether it was still there to end. Nothing moves
 * back: one that its provider reports as delivered stays so, and one counted as perhaps sent becomes sent when
 * that turns out. What failed is escalated at once, what was sent (or may have been) after its time; a target
 * that fails is told of once until it gets something again.
 */
export async function settleNotification(
  deps: { newId: NewId },
  tx: Db,
  notification: NotificationToSettle,
  settled: Settled,
): Promise<boolean> {
  const { userId, notificationId, escalation } = notification;
  const escalates =
    escalation !== null && ['event', 'digest'].includes(notification.kind)
      ? escalateAfter(settled.status, escalation)
      : null;
  const updated = await tx.query(
    `update notifications
        set status = case when status in ('pending', 'unknown') then $4 else status end,
            error = $5, provider_message_id = coalesce($6, provider_message_id),
            sent_at = case when $4 = 'sent' then coalesce(sent_at, now()) else sent_at end,
            escalate_at = case when status = 'pending' and opened_at is null
              then now() + make_interval(mins => $7) else escalate_at end,
            next_attempt_at = null, lease_until = null
      where user_id = $1 and notification_id = $2 and attempts = $3
        and (status = 'pending' or ($4 = 'sent' and status in ('unknown', 'delivered', 'read')))`,
    [
      userId,
      notificationId,
      notification.attempts,
      settled.status,
      settled.error,
      settled.providerMessageId ?? null,
      escalates,
    ],
  );
  if (updated.rowCount === 0) return false;
  if (notification.kind === 'digest' && settled.status === 'sent') {
    await tx.query(
      `update notifications set sent_at = now()
        where user_id = $1 and digest_id = $2 and status = 'in_digest'`,
      [userId, notificationId],
    );
  }
  if (settled.status === 'failed' || (await isLost(tx, notification, settled.status))) {
    await tellOfFailing(deps, tx, notification, settled.error ?? '');
  }
  if (settled.status === 'sent' && (await isReached(tx, notification))) {
    await resolveNotices(tx, {
      userId,
      kind: targetFailingNotice,
      dedupeKey: notification.notificationTargetId,
    });
  }
  return true;
}

const toldAfterLost = 3;

/** One unknown outcome is bad luck; several on end are a target that nobody knows to work. */
async function isLost(
  tx: Db,
  { userId, notificationTargetId }: NotificationToSettle,
  status: Settled['status'],
): Promise<boolean> {
  if (status !== 'unknown') return false;
  const { lost } = await oneRow(
    tx,
    z.object({ lost: z.number() }),
    `select count(*)::integer as lost
       from (select status from notifications
              where user_id = $1 and notification_target_id = $2
                and status in ('sent', 'delivered', 'read', 'failed', 'unknown')
              order by notification_id desc
              limit $3) latest
      where status in ('failed', 'unknown')`,
    [userId, notificationTargetId, toldAfterLost],
  );
  return lost >= toldAfterLost;
}

/** WhatsApp accepts what it then does not deliver: there the last whose end is known says whether messages arrive. */
async function isReached(
  tx: Db,
  { userId, notificationTargetId, targetKind }: NotificationToSettle,
): Promise<boolean> {
  if (targetKind !== 'whatsapp') return true;
  const last = await maybeRow(
    tx,
    z.object({ status: z.string() }),
    `select status from notifications
      where user_id = $1 and notification_target_id = $2
        and status in ('delivered', 'read', 'failed')
      order by notification_id desc
      limit 1`,
    [userId, notificationTargetId],
  );
  return last?.status !== 'failed';
}

/** Tells the tenant that a target does not get what is sent to it, once until it does. */
export async function tellOfFailing(
  deps: { newId: NewId },
  tx: Db,
  notification: Pick<
    NotificationToSettle,
    'userId' | 'notificationTargetId' | 'targetName' | 'kind'
  >,
  error: string,
): Promise<void> {
  // Whoever presses the test button sees the outcome there.
  if (notification.kind === 'test') return;
  await tellTenantOnce(tx, {
    newId: deps.newId,
    userId: notification.userId,
    kind: targetFailingNotice,
    dedupeKey: notification.notificationTargetId,
    text: `Notifications do not reach ${notification.targetName}: ${error}. Check its address, then try the test button.`,
    details: { notificationTargetId: notification.notificationTargetId },
  });
}

function escalateAfter(status: Settled['status'], escalation: Escalation): number | null {
  if (status === 'cancelled') return null;
  return status === 'failed' ? 0 : escalation.afterMinutes;
}
