import { z } from 'zod';
import type { Enqueue } from '../../jobs/catalog.ts';
import { type Pool, rows } from '../../lib/db.ts';

/** How late something must be before the sweep thinks that its hint was lost. */
const graceMs = 1_500;
const perSweep = 500;

const ConversationRef = z.object({ userId: z.string(), conversationId: z.string() });
const NotificationRef = z.object({ userId: z.string(), notificationId: z.string() });

/**
 * Finds what people have to be told and nobody moves: events whose team was not told, notifications that may
 * be sent (digests too, and those whose process died), and those that nobody opened in their time. Enqueues
 * each; answers how many it found.
 */
export async function sweepNotifications(deps: {
  sweeper: Pool;
  enqueue: Enqueue;
}): Promise<number> {
  const untold = await rows(
    deps.sweeper,
    ConversationRef,
    `select distinct user_id as "userId", conversation_id as "conversationId"
       from (select user_id, conversation_id
               from lead_events
              where tell_at < now() - make_interval(secs => $1 / 1000.0)
              order by tell_at
              limit $2) e`,
    [graceMs, perSweep],
  );
  const unsent = await rows(
    deps.sweeper,
    NotificationRef,
    `select user_id as "userId", notification_id as "notificationId"
       from notifications
      where next_attempt_at < now() - make_interval(secs => $1 / 1000.0)
        and (lease_until is null or lease_until < now())
      order by next_attempt_at
      limit $2`,
    [graceMs, perSweep],
  );
  // Nobody hints at these: what was sent an hour ago is looked at when its time has come.
  const unopened = await rows(
    deps.sweeper,
    NotificationRef,
    `select user_id as "userId", notification_id as "notificationId"
       from notifications
      where escalate_at <= now()
      order by escalate_at
      limit $1`,
    [perSweep],
  );
  if (untold.length > 0) await deps.enqueue('leads.tell', { items: untold });
  const toSend = [...unsent, ...unopened];
  if (toSend.length > 0) await deps.enqueue('notifications.send', { items: toSend });
  return untold.length + toSend.length;
}
