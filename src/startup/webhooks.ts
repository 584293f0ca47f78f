import type { Router } from 'express';
import type { InboundEvent } from '../channels/inbound-event.ts';
import type { Context } from '../context.ts';
import { metaWebhookRouter } from '../inbound/meta-webhook.ts';

/** What providers POST to. */
export function webhookRouter(
  context: Context,
  ingest: (events: InboundEvent[]) => Promise<void>,
): Router {
  return metaWebhookRouter({
    verifyToken: context.providers.verifyToken,
    appSecrets: context.providers.appSecrets,
    parse: context.parseWebhook,
    ingest,
    observeAck: context.metrics.observeAck,
  });
}
