import type { Counters } from './counters.ts';
import type { GoogleWorld } from './google/world.ts';
import type { Inbox } from './inbox/inbox.ts';
import type { InstagramWorld } from './instagram/world.ts';
import type { Timers } from './lib/timers.ts';
import type { MailServer } from './mail/mail-server.ts';
import type { WhatsAppWorld } from './meta/world.ts';
import type { ModelWorld } from './openai/world.ts';
import type { SimulatorSettings } from './settings.ts';

/** Everything simulated together. */
export type Simulation = {
  settings: SimulatorSettings;
  initialSettings: SimulatorSettings;
  counters: Counters;
  timers: Timers;
  whatsApp: WhatsAppWorld;
  instagram: InstagramWorld;
  google: GoogleWorld;
  model: ModelWorld;
  mail: MailServer;
  inbox: Inbox;
};
