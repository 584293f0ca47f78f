import type { Counters } from '../counters.ts';
import type { NewId } from '../lib/ids.ts';
import type { Timers } from '../lib/timers.ts';
import type { SimulatorSettings } from '../settings.ts';
import type { Customers } from './customers.ts';
import type { GraphFaults } from './faults.ts';
import type { Limits } from './limits.ts';
import type { MediaStore } from './media.ts';
import type { EventHub } from './phone-events.ts';
import type { SentLog } from './sent.ts';
import type { StatusQueue } from './status-queue.ts';
import type { WebhookSender } from './webhook-sender.ts';

/** All that the simulated WhatsApp is made of. */
export type WhatsAppWorld = {
  settings: SimulatorSettings;
  counters: Counters;
  timers: Timers;
  now: () => number;
  newId: NewId;
  customers: Customers;
  limits: Limits;
  faults: GraphFaults;
  sent: SentLog;
  media: MediaStore;
  events: EventHub;
  sender: WebhookSender;
  statuses: StatusQueue;
  /** When given, any other phone number id is answered as unknown. */
  knownPhoneNumberIds?: ReadonlySet<string>;
};
