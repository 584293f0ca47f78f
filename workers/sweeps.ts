import { sweep } from '../src/agent/sweep.ts';
import { sweepTokens } from '../src/channels/tokens/sweep-tokens.ts';
import { forgetErasedAddresses } from '../src/contacts/erased-addresses.ts';
import { sweepProfiles } from '../src/contacts/sweep-profiles.ts';
import type { Context } from '../src/context.ts';
import { deleteOrphanStatuses } from '../src/delivery/forget-deliveries.ts';
import { sweepLeads } from '../src/leads/extraction/sweep-leads.ts';
import { errorText } from '../src/lib/errors.ts';
import { type NamedTask, runEach } from '../src/lib/run-each.ts';
import { sweepFileDeletions } from '../src/media/delete-files.ts';
import { sweepUploads } from '../src/media/uploads/sweep-uploads.ts';
import { forgetSlots, sweepMeetings } from '../src/meetings/booking/sweep-meetings.ts';
import { sweepChanges } from '../src/meetings/changes/sweep-changes.ts';
import { finishMeetings } from '../src/meetings/finish-meetings.ts';
import { sweepMeetingMessages } from '../src/meetings/telling/sweep-meeting-messages.ts';
import { sweepNotifications } from '../src/notifications/sending/sweep-notifications.ts';
import { forgetTickets } from '../src/oauth/tickets.ts';
import { deleteOldEvents } from '../src/realtime/delete-old-events.ts';
import { forgetVisits } from '../src/webchat/limits.ts';

const eventsKeptMs = 24 * 3_600_000;
/** The sweep is also what finds conversations that have rested long enough to be read. */
const quickestLookMs = 250;
/** Often, so that each time there is little to remove. */
const cleanEveryMs = 60_000;

/** Starts looking for what is owed and not moving; every worker process does, and it does no harm. */
export function startSweeps(context: Context): { stop(): Promise<void> } {
  const { sweeper, queues, log, config } = context;
  let cleanedAt = 0;
  let underWay: Promise<void> = Promise.resolve();
  const finder = { sweeper, enqueue: queues.enqueue };
  const owed: NamedTask[] = [
    { name: 'replies', run: () => sweepReplies(context) },
    { name: 'leads', run: () => sweepLeads(finder) },
    { name: 'profiles', run: () => sweepProfiles(finder) },
    { name: 'notifications', run: () => sweepNotifications(finder) },
    { name: 'deletions of files', run: () => sweepFileDeletions(finder) },
    { name: 'words about meetings', run: () => sweepMeetingMessages(finder) },
    { name: 'tokens', run: () => sweepTokens(finder) },
    { name: 'changes in calendars', run: () => sweepChanges(finder) },
    { name: 'meetings', run: () => sweepMeetings(finder) },
  ];
  const outlived: NamedTask[] = [
    {
      name: 'meetings that are over',
      run: () => finishMeetings({ ...context, publishLook: context.signals.publishLook }),
    },
    { name: 'uploads', run: () => sweepUploads(context) },
    { name: 'visits', run: () => forgetVisits(sweeper) },
    { name: 'erased addresses', run: () => forgetErasedAddresses(sweeper) },
    { name: 'orphan statuses', run: () => deleteOrphanStatuses(sweeper) },
    { name: 'offered slots', run: () => forgetSlots(context) },
    { name: 'tickets', run: () => forgetTickets(sweeper) },
    {
      name: 'old events',
      run: () => deleteOldEvents(sweeper, new Date(context.now().getTime() - eventsKeptMs)),
    },
  ];
  const tell = (sweepName: string, error: unknown): void => {
    log.warn('a sweep failed', { sweep: sweepName, error: errorText(error) });
  };
  const look = async (): Promise<void> => {
    await runEach(owed, tell);
    const nowMs = context.now().getTime();
    if (nowMs - cleanedAt < cleanEveryMs) return;
    cleanedAt = nowMs;
    await runEach(outlived, tell);
  };
  let isLooking = false;
  const timer = setInterval(
    () => {
      if (isLooking) return;
      isLooking = true;
      underWay = look().finally(() => {
        isLooking = false;
      });
    },
    Math.min(config.sweepIntervalMs, Math.max(config.extraction.idleMs / 4, quickestLookMs)),
  );
  return {
    async stop() {
      clearInterval(timer);
      await underWay;
    },
  };
}

async function sweepReplies({ sweeper, queues, log }: Context): Promise<void> {
  const found = await sweep({ sweeper, enqueue: queues.enqueue });
  if (found > 0) log.info('the sweep found work that had no hint', { found });
}
