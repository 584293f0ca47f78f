import type { Counters } from '../counters.ts';
import { createIds } from '../lib/ids.ts';
import type { Timers } from '../lib/timers.ts';
import type { SimulatorSettings } from '../settings.ts';
import { createCustomers } from './customers.ts';
import { createGraphFaults } from './faults.ts';
import { createLimits } from './limits.ts';
import { createMediaStore } from './media.ts';
import { createEventHub } from './phone-events.ts';
import { createSentLog } from './sent.ts';
import { createStatusQueue } from './status-queue.ts';
import { createWebhookSender } from './webhook-sender.ts';
import type { WhatsAppWorld } from './world.ts';

/** Builds a simulated WhatsApp in which nothing has happened yet. */
export function createWhatsAppWorld(parts: {
  settings: SimulatorSettings;
  counters: Counters;
  timers: Timers;
  now: () => number;
  knownPhoneNumberIds?: ReadonlySet<string>;
}): WhatsAppWorld {
  const { settings } = parts;
  const events = createEventHub();
  const sender = createWebhookSender(parts);
  const statuses = createStatusQueue({
    ...parts,
    sender,
    onStatus: ({ phoneNumberId, recipientId, recipientUserId, messageId, status }) =>
      events.publish({
        type: 'status',
        phoneNumberId,
        customer: recipientId ?? recipientUserId,
        messageId,
        status,
      }),
  });
  return {
    ...parts,
    newId: createIds(),
    customers: createCustomers(),
    limits: createLimits(),
    faults: createGraphFaults(),
    sent: createSentLog(() => settings.sentLimit),
    media: createMediaStore(),
    events,
    sender,
    statuses,
  };
}

/** Forgets everything that happened, keeps the listeners. */
export function forget(world: WhatsAppWorld): void {
  world.customers.clear();
  world.limits.clear();
  world.faults.clear();
  world.sent.clear();
  world.media.clear();
  world.statuses.clear();
}
