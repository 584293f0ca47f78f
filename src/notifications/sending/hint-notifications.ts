import type { Enqueue } from '../../jobs/catalog.ts';
import { errorText } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';

/** Names a notification of a tenant. */
export type NotificationRef = { userId: string; notificationId: string };

/** Says after a commit what may be sent now. Never throws: what is lost, the sweep finds. */
export async function hintNotifications(
  deps: { enqueue: Enqueue; log: Log },
  items: NotificationRef[],
): Promise<void> {
  if (items.length === 0) return;
  try {
    await deps.enqueue('notifications.send', { items });
  } catch (error) {
    deps.log.warn('a hint was lost; the sweep will find the work', {
      job: 'notifications.send',
      error: errorText(error),
    });
  }
}
