import type { Router } from 'express';
import { defaultTakeoverMinutes } from '../accounts/agent-settings.ts';
import type { Context } from '../context.ts';
import { markAccountBroken, sendTemplateInstead } from '../delivery/consequences.ts';
import { createIngest } from '../inbound/ingest.ts';
import { metaWebhookRouter } from '../inbound/meta-webhook.ts';
import { hint } from '../jobs/hint.ts';

/** However long a burst goes on, its reply waits no longer than this. */
const quietCapMs = 6_000;

/** What providers POST to. */
export function webhookRouter(context: Context): Router {
  const { config, signals, queues, metrics } = context;
  const ingest = createIngest({
    ...context,
    replyWindowMs: (platform) => context.channelFor(platform).capabilities.replyWindowMs,
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
  return metaWebhookRouter({
    verifyToken: context.providers.verifyToken,
    appSecrets: context.providers.appSecrets,
    parse: context.parseWebhook,
    ingest: (events) => {
      for (const { type } of events) metrics.countEvent(type);
      return ingest(events);
    },
    observeAck: metrics.observeAck,
  });
}
