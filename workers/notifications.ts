import { reachableUrl } from '../src/config/public-url.ts';
import type { Context } from '../src/context.ts';
import { tellTeam } from '../src/leads/telling/tell-team.ts';
import { icsLinks } from '../src/meetings/telling/ics-links.ts';
import { workOnMeetingMessages } from '../src/meetings/telling/tell-customers.ts';
import { workOnNotifications } from '../src/notifications/sending/notification-worker.ts';
import type { SendDeps } from '../src/notifications/sending/send-notification.ts';

/** A notification that was not handed over within so many leases of a turn is somebody else's to send. */
const leasesOfTurn = 3;

/** What sending notifications needs; `publicUrl` is where people's browsers reach this installation. */
export function notificationDeps(
  context: Context,
  publicUrl = reachableUrl(context.config.http),
): SendDeps {
  return {
    ...context,
    publicUrl,
    leaseMs: leasesOfTurn * context.config.replies.leaseMs,
    publishLook: () => context.signals.publishLook(),
    observeNotification: context.metrics.observeNotification,
  };
}

/**
 * Starts the workers that tell people of leads. `stop` lets them begin nothing more: a message that is handed over
 * when its process ends is one whose outcome nobody knows.
 */
export function startNotifications(context: Context): { stop(): void } {
  const stopping = new AbortController();
  const deps = {
    ...notificationDeps(context),
    enqueue: context.queues.enqueue,
    stopping: stopping.signal,
  };
  const telling = { ...context, ...deps, links: icsLinks(context, context.linkBase) };
  context.queues.work('notifications', {
    'notifications.send': ({ items }) => workOnNotifications(deps, items),
    // Here and not beside the reading of leads, so that no backlog there keeps people from being told.
    'leads.tell': ({ items }) => tellTeam(deps, items),
    'meetings.tell': ({ items }) => workOnMeetingMessages(telling, items),
  });
  return { stop: () => stopping.abort() };
}
