import { z } from 'zod';
import { type Db, maybeRow, type Pool } from '../../lib/db.ts';
import type { NewId } from '../../lib/ids.ts';
import { asTenant } from '../../lib/tenant.ts';
import { NotificationContent } from '../notification-content.ts';
import { Escalation } from '../targets/escalation.ts';
import { QuietHours } from '../targets/quiet-hours.ts';
import type { NotificationRef } from './hint-notifications.ts';
import { planDelivery } from './plan-delivery.ts';
import { tellOfFailing } from './settle-notification.ts';
import { storeNotification } from './store-notifications.ts';

const DueEscalation = z.object({
  kind: z.enum(['event', 'digest', 'escalation', 'test']),
  leadEventId: z.string().nullable(),
  alsoTold: z.array(z.string()),
  conversationId: z.string().nullable(),
  content: NotificationContent.nullable().catch(null),
  escalation: Escalation.nullable().catch(null),
  notificationTargetId: z.string(),
  targetName: z.string(),
  error: z.string().nullable(),
  hasFailed: z.boolean(),
  /** It was accepted, and then its provider said that it failed: the tenant does not know yet. */
  hasFailedLate: z.boolean(),
  isEscalated: z.boolean(),
  isSeen: z.boolean(),
});

export type EscalateDeps = { app: Pool; newId: NewId; now: () => Date };

/**
 * Tells the next target of a notification that nobody has opened in its time, once. Nothing is escalated that
 * somebody has seen: who opened it (one of a digest's, another of the conversation) or wrote to the customer since.
 * A digest of which nothing was opened has to be seen to elsewhere in each of its conversations. Tells the tenant of
 * one that failed after it was accepted. Answers what to send now.
 */
export function escalateNotification(
  deps: EscalateDeps,
  ref: NotificationRef,
): Promise<NotificationRef | undefined> {
  return asTenant(deps.app, ref.userId, async (tx) => {
    const due = await takeDue(tx, ref);
    if (due === undefined) return undefined;
    if (due.hasFailedLate) {
      await tellOfFailing(deps, tx, { ...due, userId: ref.userId }, due.error ?? '');
    }
    if (due.isSeen || due.isEscalated || due.escalation === null) return undefined;
    const next = await activeTarget(tx, ref.userId, due.escalation.toTargetId);
    if (next === undefined) return undefined;
    const isHot = due.content?.score?.tag === 'Hot';
    return storeNotification(tx, deps.newId, {
      userId: ref.userId,
      notificationTargetId: due.escalation.toTargetId,
      kind: 'escalation',
      leadEventId: due.leadEventId,
      alsoTold: due.alsoTold,
      conversationId: due.conversationId,
      content: escalatedContent(due),
      digestId: due.kind === 'digest' ? ref.notificationId : null,
      // What nobody has looked at is not to wait for a digest.
      delivery: planDelivery({ quietHours: next.quietHours, digest: null }, isHot, deps.now()),
    });
  });
}

/** Takes the escalation off the row: whoever takes it off is the one who escalates. */
function takeDue(tx: Db, ref: NotificationRef): Promise<z.infer<typeof DueEscalation> | undefined> {
  return maybeRow(
    tx,
    DueEscalation,
    `with due as materialized (
       select n.notification_id
         from notifications n
        where n.user_id = $1 and n.notification_id = $2 and n.escalate_at <= now()
          for update of n skip locked
     ), taken as (
       update notifications n set escalate_at = null
         from due d
        where n.user_id = $1 and n.notification_id = d.notification_id
       returning n.*
     )
     select n.kind, n.lead_event_id as "leadEventId", n.also_told as "alsoTold",
            n.conversation_id as "conversationId", n.content, t.escalation,
            t.notification_target_id as "notificationTargetId",
            coalesce(t.name, t.address_shown) as "targetName", n.error,
            n.status = 'failed' as "hasFailed",
            n.status = 'failed' and n.provider_message_id is not null and t.deleted_at is null
              as "hasFailedLate",
            n.kind not in ('event', 'digest')
              or exists (select from notifications e
                          where e.user_id = n.user_id and e.digest_id = n.notification_id
                            and e.kind = 'escalation') as "isEscalated",
            n.opened_at is not null
              or exists (select from notifications o
                          where o.user_id = n.user_id and o.conversation_id = n.conversation_id
                            and o.opened_at > n.created_at)
              or exists (select from notifications i
                          where i.user_id = n.user_id and i.digest_id = n.notification_id
                            and i.opened_at is not null)
              or exists (select from messages m
                          where m.user_id = n.user_id and m.conversation_id = n.conversation_id
                            and m.author = 'human' and m."timestamp" > n.created_at)
              or (n.kind = 'digest' and not exists (
                select from notifications i
                 where i.user_id = n.user_id and i.digest_id = n.notification_id
                   and i.status = 'in_digest'
                   and not exists (select from notifications o
                                    where o.user_id = i.user_id
                                      and o.conversation_id = i.conversation_id
                                      and o.opened_at > i.created_at)
                   and not exists (select from messages m
                                    where m.user_id = i.user_id
                                      and m.conversation_id = i.conversation_id
                                      and m.author = 'human'
                                      and m."timestamp" > i.created_at))) as "isSeen"
       from taken n
       join notification_targets t
         on t.user_id = n.user_id and t.notification_target_id = n.notification_target_id`,
    [ref.userId, ref.notificationId],
  );
}

const ActiveTarget = z.object({ quietHours: QuietHours.nullable().catch(null) });

function activeTarget(
  tx: Db,
  userId: string,
  notificationTargetId: string,
): Promise<z.infer<typeof ActiveTarget> | undefined> {
  return maybeRow(
    tx,
    ActiveTarget,
    `select quiet_hours as "quietHours" from notification_targets
      where user_id = $1 and notification_target_id = $2 and is_active`,
    [userId, notificationTargetId],
  );
}

function escalatedContent(due: z.infer<typeof DueEscalation>): NotificationContent | null {
  const { content, escalation, hasFailed } = due;
  if (content === null) return null;
  const minutes = escalation?.afterMinutes ?? 0;
  const why = hasFailed ? 'Others could not be told' : `Nobody has looked for ${minutes} min`;
  return { ...content, because: `${why} · ${content.because}` };
}
