import { defaultTakeoverMinutes } from '../accounts/agent-settings.ts';
import type { InboundEvent } from '../channels/inbound-event.ts';
import type { Context } from '../context.ts';
import { markAccountBroken, sendTemplateInstead } from '../delivery/consequences.ts';
import { createIngest } from '../inbound/ingest.ts';
import { hint } from '../jobs/hint.ts';

/** However long a burst goes on, its reply waits no longer than this. */
const quietCapMs = 6_000;

/** The one way in of a process: what customers do on any channel is stored by it, and counted. */
export function contextIngest(context: Context): (events: InboundEvent[]) => Promise<void> {
  const { config, signals, queues, metrics } = context;
  const ingest = createIngest({
    ...context,
    replyWindowMs: (platform) => context.channelFor(platform).capabilities.replyWindowMs,
    hasProfiles: (platform) => context.channelFor(platform).capabilities.hasProfiles,
    quiet: {
      defaultMs: config.replies.quietMs,
      capMs: quietCapMs,
      extractionIdleMs: config.extraction.idleMs,
      takeoverMinutes: defaultTakeoverMinutes,
    },
    enqueue: queues.enqueue,
    publishLook: () => signals.publishLook(),
    accountRefused: (account) =>
      markAccountBroken({ ...context, publishLook: () => signals.publishLook() }, account),
    windowRefused: async (refused) => {
      const again = await sendTemplateInstead(context.app, refused);
      if (again === undefined) return;
      await hint({ enqueue: queues.enqueue, log: context.log }, 'sends.run', [again]);
    },
  });
  return (events) => {
    for (const { type } of events) metrics.countEvent(type);
    return ingest(events);
  };
}
