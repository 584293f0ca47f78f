import type { Enqueue } from '../../jobs/catalog.ts';
import { errorText } from '../../lib/errors.ts';
import { inTurns } from '../in-turns.ts';
import { type EscalateDeps, escalateNotification } from './escalate-notification.ts';
import { hintNotifications, type NotificationRef } from './hint-notifications.ts';
import { type SendDeps, sendNotification } from './send-notification.ts';

export type NotificationWorkerDeps = SendDeps &
  EscalateDeps & {
    enqueue: Enqueue;
    /** What is not begun when this is aborted is left to others. */
    stopping: AbortSignal;
  };

/** Messages under way at once in this process: each waits for a provider most of its time. */
const maxUnderWay = 8;

/**
 * Does what is due for each notification: sends it, or escalates it. One that fails keeps no other from going;
 * the sweep comes back to it.
 */
export async function workOnNotifications(
  deps: NotificationWorkerDeps,
  items: NotificationRef[],
): Promise<void> {
  const isOver = () => deps.stopping.aborted;
  await inTurns(items, { atOnce: maxUnderWay, isOver }, (ref) => workOnOne(deps, ref));
}

async function workOnOne(deps: NotificationWorkerDeps, ref: NotificationRef): Promise<void> {
  try {
    await sendNotification(deps, ref);
    const escalated = await escalateNotification(deps, ref);
    if (escalated !== undefined) await hintNotifications(deps, [escalated]);
  } catch (error) {
    const { userId, notificationId } = ref;
    deps.log.error('a notification could not be worked on; the sweep comes back to it', {
      userId,
      notificationId,
      error: errorText(error),
    });
  }
}
