import { z } from 'zod';
import { type Db, maybeRow, type Pool, rows } from '../../lib/db.ts';
import type { NewId } from '../../lib/ids.ts';
import { asTenant } from '../../lib/tenant.ts';
import { NotificationContent } from '../notification-content.ts';
import { notifierKinds } from '../notifier.ts';
import { Escalation } from '../targets/escalation.ts';
import { QuietHours } from '../targets/quiet-hours.ts';
import { beforeSending, type DueFacts } from './before-sending.ts';
import { splitDigest } from './gather-digest.ts';
import type { NotificationRef } from './hint-notifications.ts';
import { settleNotification } from './settle-notification.ts';

const DueRow = z.object({
  notificationId: z.string(),
  kind: z.enum(['event', 'digest', 'escalation', 'test']),
  digestId: z.string().nullable(),
  conversationId: z.string().nullable(),
  attempts: z.number(),
  wasHandedOver: z.boolean(),
  isHot: z.boolean(),
  notificationTargetId: z.string(),
  targetKind: z.enum(notifierKinds),
  targetName: z.string(),
  isTargetActive: z.boolean(),
  isTargetDeleted: z.boolean(),
  address: z.string(),
  secret: z.string().nullable(),
  options: z.record(z.string(), z.unknown()),
  // What a later version cannot read must not keep the message from being sent.
  quietHours: QuietHours.nullable().catch(null),
  escalation: Escalation.nullable().catch(null),
});

const ItemRow = z.object({
  content: NotificationContent.nullable().catch(null),
  openToken: z.string().nullable(),
  replyWindowEndsAt: z.date().nullable(),
});

/** A lead in a message, as it is stored. */
export type StoredItem = z.infer<typeof ItemRow> & { content: NotificationContent };

/** A notification that is ours to send; `attempts` counts this attempt too and tells our hold from another's. */
export type ClaimedNotification = Omit<z.infer<typeof DueRow>, keyof DueFacts> &
  Pick<DueFacts, 'kind' | 'targetKind' | 'attempts'> & { userId: string; items: StoredItem[] };

export type Claim =
  | { claim: 'nothing_due' }
  | { claim: 'settled'; status: 'unknown' | 'failed' | 'cancelled' }
  | { claim: 'waits'; until: Date }
  | { claim: 'mine'; notification: ClaimedNotification };

type DueNotification = z.infer<typeof DueRow> & { userId: string };

export type ClaimDeps = { app: Pool; newId: NewId; now: () => Date; leaseMs: number };

/**
 * Takes a notification that is due and that nobody holds, for `leaseMs`. One that another process may have
 * sent before it died is settled as unknown instead; one whose target is quiet waits. From the first claim on
 * nothing more is added to a digest.
 */
export function claimNotification(deps: ClaimDeps, ref: NotificationRef): Promise<Claim> {
  return asTenant(deps.app, ref.userId, async (tx): Promise<Claim> => {
    const row = await lockDue(tx, ref);
    if (row === undefined) return { claim: 'nothing_due' };
    const due = { ...row, userId: ref.userId };
    const decided = beforeSending(due, deps.now());
    switch (decided.next) {
      case 'wait':
        await tx.query(
          `update notifications set next_attempt_at = $3, lease_until = null
            where user_id = $1 and notification_id = $2`,
          [ref.userId, ref.notificationId, decided.until],
        );
        return { claim: 'waits', until: decided.until };
      case 'send':
        return hold(deps, tx, due);
      case 'cancelled':
        return settle(deps, tx, due, { status: 'cancelled', error: null });
      default:
        return settle(deps, tx, due, { status: decided.next, error: decided.error });
    }
  });
}

function lockDue(tx: Db, ref: NotificationRef): Promise<z.infer<typeof DueRow> | undefined> {
  return maybeRow(
    tx,
    DueRow,
    `select n.notification_id as "notificationId", n.kind, n.digest_id as "digestId",
            n.conversation_id as "conversationId", n.attempts,
            n.handed_over_at is not null as "wasHandedOver",
            coalesce(n.content -> 'score' ->> 'tag' = 'Hot', false) as "isHot",
            t.notification_target_id as "notificationTargetId", t.kind as "targetKind",
            coalesce(t.name, t.address_shown) as "targetName", t.is_active as "isTargetActive",
            t.deleted_at is not null as "isTargetDeleted", t.address, t.secret, t.options,
            t.quiet_hours as "quietHours", t.escalation
       from notifications n
       join notification_targets t
         on t.user_id = n.user_id and t.notification_target_id = n.notification_target_id
      where n.user_id = $1 and n.notification_id = $2 and n.next_attempt_at <= now()
        and (n.lease_until is null or n.lease_until < now())
        for update of n skip locked`,
    [ref.userId, ref.notificationId],
  );
}

async function hold(deps: ClaimDeps, tx: Db, due: DueNotification): Promise<Claim> {
  await tx.query(
    `update notifications
        set attempts = attempts + 1, lease_until = now() + make_interval(secs => $3 / 1000.0)
      where user_id = $1 and notification_id = $2`,
    [due.userId, due.notificationId, deps.leaseMs],
  );
  // Who is in a digest is settled by its first claim.
  if (due.kind === 'digest' && due.attempts === 0) await splitDigest(tx, deps.newId, due);
  const items = await readItems(tx, due);
  const held = { ...due, attempts: due.attempts + 1 };
  if (items.length > 0) return { claim: 'mine', notification: { ...held, items } };
  // Of a digest all may have been cancelled.
  return due.kind === 'digest'
    ? settle(deps, tx, held, { status: 'cancelled', error: null })
    : settle(deps, tx, held, { status: 'failed', error: 'What it says cannot be read any more' });
}

/** What the message says: of itself, or in a digest (and where one is escalated) of those that it carries. */
async function readItems(tx: Db, due: DueNotification): Promise<StoredItem[]> {
  const digestId = due.kind === 'digest' ? due.notificationId : due.digestId;
  const found = await rows(
    tx,
    ItemRow,
    `select i.content, i.open_token as "openToken",
            c.reply_window_ends_at as "replyWindowEndsAt"
       from notifications i
       left join conversations c
         on c.user_id = i.user_id and c.conversation_id = i.conversation_id
      where i.user_id = $1
        and case when $3::text is null then i.notification_id = $2
                 else i.digest_id = $3 and i.status = 'in_digest' end
      order by i.notification_id`,
    [due.userId, due.notificationId, digestId],
  );
  return found.flatMap(({ content, ...item }) => (content === null ? [] : [{ ...item, content }]));
}

async function settle(
  deps: ClaimDeps,
  tx: Db,
  due: DueNotification,
  settled: { status: 'unknown' | 'failed' | 'cancelled'; error: string | null },
): Promise<Claim> {
  await settleNotification(deps, tx, due, settled);
  return { claim: 'settled', status: settled.status };
}
