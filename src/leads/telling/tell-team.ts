import { z } from 'zod';
import type { Enqueue } from '../../jobs/catalog.ts';
import { type Db, type Pool, rows } from '../../lib/db.ts';
import { errorText } from '../../lib/errors.ts';
import type { NewId } from '../../lib/ids.ts';
import type { Log } from '../../lib/log.ts';
import { asTenant } from '../../lib/tenant.ts';
import { inTurns } from '../../notifications/in-turns.ts';
import {
  hintNotifications,
  type NotificationRef,
} from '../../notifications/sending/hint-notifications.ts';
import { storeNotification } from '../../notifications/sending/store-notifications.ts';
import { Digest } from '../../notifications/targets/digest.ts';
import { QuietHours } from '../../notifications/targets/quiet-hours.ts';
import { Rule } from '../../notifications/targets/rules.ts';
import type { LeadRef } from '../store-lead.ts';
import { type EventToTell, planTelling, type TargetToTell } from './plan-telling.ts';
import { readToldLead } from './told-lead.ts';

export type TellDeps = {
  app: Pool;
  newId: NewId;
  now: () => Date;
  enqueue: Enqueue;
  log: Log;
};

/**
 * Plans who is told of what happened in these conversations: each event once for each target, whatever dies and
 * however many plan at once. A conversation that fails keeps no other from being planned; the sweep comes back
 * to it.
 */
export async function tellTeam(deps: TellDeps, items: LeadRef[]): Promise<void> {
  await inTurns(items, { atOnce: plannedAtOnce }, async (item) => {
    try {
      await hintNotifications(deps, await tellOfConversation(deps, item));
    } catch (error) {
      deps.log.error('the team could not be told; the sweep comes back to it', {
        ...item,
        error: errorText(error),
      });
    }
  });
}

const plannedAtOnce = 4;

/** The events are settled in the transaction that stores what tells of them. Answers what to send now. */
function tellOfConversation(deps: TellDeps, ref: LeadRef): Promise<NotificationRef[]> {
  return asTenant(deps.app, ref.userId, async (tx) => {
    const events = await takeEvents(tx, ref);
    if (events.length === 0) return [];
    const targets = await activeTargets(tx, ref.userId);
    const facts = targets.length === 0 ? undefined : await readToldLead(tx, ref);
    const due: NotificationRef[] = [];
    const planned =
      facts === undefined ? [] : planTelling({ ...ref, events, targets, facts, now: deps.now() });
    for (const telling of planned) {
      const stored = await storeNotification(tx, deps.newId, {
        ...ref,
        ...telling,
        kind: 'event',
        digestId: null,
      });
      if (stored !== undefined) due.push(stored);
    }
    return due;
  });
}

const EventRow = z.object({
  leadEventId: z.string(),
  kind: z.enum(['tag', 'change', 'keyword', 'booking', 'handover', 'failure', 'click']),
  details: z.record(z.string(), z.unknown()),
});

/** Takes what is due: nobody else plans it while this transaction lasts, and nobody at all after its commit. */
function takeEvents(tx: Db, ref: LeadRef): Promise<EventToTell[]> {
  return rows(
    tx,
    EventRow,
    `with due as materialized (
       select lead_event_id
         from lead_events
        where user_id = $1 and conversation_id = $2 and tell_at <= now() and told_at is null
          for update skip locked
     ), told as (
       update lead_events e set told_at = now(), tell_at = null
         from due d
        where e.user_id = $1 and e.lead_event_id = d.lead_event_id
       returning e.lead_event_id, e.kind, e.details
     )
     select lead_event_id as "leadEventId", kind, details from told order by lead_event_id`,
    [ref.userId, ref.conversationId],
  );
}

// What a later version cannot read must not silence the other rules or targets.
const TargetRow = z.object({
  notificationTargetId: z.string(),
  rules: z
    .array(Rule.nullable().catch(null))
    .transform((read) => read.filter((one) => one !== null)),
  quietHours: QuietHours.nullable().catch(null),
  digest: Digest.nullable().catch(null),
});

/** In the order of their ids, so that two plans lock digests in the same order. */
function activeTargets(tx: Db, userId: string): Promise<TargetToTell[]> {
  return rows(
    tx,
    TargetRow,
    `select notification_target_id as "notificationTargetId", rules, quiet_hours as "quietHours",
            digest
       from notification_targets
      where user_id = $1 and is_active
      order by notification_target_id`,
    [userId],
  );
}
