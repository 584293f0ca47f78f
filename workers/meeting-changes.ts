import { reachableUrl } from '../src/config/public-url.ts';
import type { Context } from '../src/context.ts';
import type { SyncDeps } from '../src/meetings/changes/sync-calendar.ts';
import { changeWebhookPath } from '../src/meetings/changes/webhook.ts';
import { withAccess } from '../src/meetings/connection/with-access.ts';
import { readReminderMinutes } from '../src/meetings/telling/read-reminder-minutes.ts';

/** What reading the changes of calendars needs, of a process. */
export function changeDeps(context: Context): SyncDeps {
  const publishLook = () => context.signals.publishLook();
  return {
    ...context,
    publishLook,
    withAccess: (userId, work) => withAccess({ ...context, publishLook }, userId, work),
    watchAddress: watchAddress(context),
    reminderMinutes: readReminderMinutes,
  };
}

/** Google tells of changes over HTTPS only; its simulator, which speaks plain HTTP itself, takes any address. */
function watchAddress({ config, providers }: Context): string | undefined {
  const publicUrl = reachableUrl(config.http);
  if (publicUrl === undefined) return undefined;
  const isTaken = publicUrl.startsWith('https:') || providers.google.apiUrl.startsWith('http:');
  return isTaken ? `${publicUrl}${changeWebhookPath}` : undefined;
}
