import { randomBytes } from 'node:crypto';
import type { Counters } from '../counters.ts';
import { createFaultList, type FaultList } from '../lib/fault-list.ts';
import { createIds, type NewId } from '../lib/ids.ts';
import { createRecentMap, type RecentMap } from '../lib/recent-map.ts';
import { createRecording, type Recording } from '../lib/recording.ts';
import type { Timers } from '../lib/timers.ts';
import { createEventHub, type EventHub } from '../meta/phone-events.ts';
import type { SimulatorSettings } from '../settings.ts';
import { type Accounts, createAccounts } from './accounts.ts';
import { type Channels, createChannels } from './channels.ts';
import type { ListedPage } from './event-list.ts';
import { eventResource } from './event-resource.ts';
import { createEventStore, type EventStore } from './events.ts';
import type { GoogleFault } from './faults.ts';
import type { Invitation } from './invitations.ts';
import type { GoogleRequest } from './requests.ts';
import { createTokenBook, type TokenBook } from './tokens.ts';

/** All that the simulated Google is made of. */
export type GoogleWorld = {
  settings: SimulatorSettings;
  counters: Counters;
  timers: Timers;
  now: () => number;
  newId: NewId;
  /** An id that Google chooses: letters a to v and digits. */
  newEventId(): string;
  /** Counts what is recorded. */
  nextSequence(): number;
  /** Sync tokens of another run or an older age are refused. */
  age: { run: string; count: number };
  faults: FaultList<GoogleFault>;
  accounts: Accounts;
  tokens: TokenBook;
  events: EventStore;
  channels: Channels;
  /** The rest of each list that was answered in part, by its token. */
  pages: RecentMap<ListedPage>;
  requests: Recording<GoogleRequest>;
  invitations: Recording<Invitation>;
  /** For the pages that show a calendar. */
  hub: EventHub;
};

/** Builds a simulated Google in which nothing has happened yet. */
export function createGoogleWorld(parts: {
  settings: SimulatorSettings;
  counters: Counters;
  timers: Timers;
  now: () => number;
}): GoogleWorld {
  const { settings, now } = parts;
  const run = randomBytes(9).toString('hex');
  const newId = createIds(run);
  const hub = createEventHub();
  const channels = createChannels(parts);
  let sequence = 0;
  return {
    ...parts,
    newId,
    nextSequence: () => {
      sequence += 1;
      return sequence;
    },
    newEventId: () => {
      sequence += 1;
      return `sim${run}${sequence}`;
    },
    age: { run, count: 0 },
    faults: createFaultList<GoogleFault>(),
    accounts: createAccounts(() => settings.googleTimeZone),
    tokens: createTokenBook(),
    events: createEventStore({
      now,
      onChange: (event, kind) => {
        const { account, calendarId } = event;
        const resource = eventResource(event);
        hub.publish({ type: 'calendar', accountId: account, calendarId, kind, event: resource });
        channels.changed(calendarId);
      },
    }),
    channels,
    pages: createRecentMap<ListedPage>(1_000),
    requests: createRecording<GoogleRequest>(() => settings.requestLimit),
    invitations: createRecording<Invitation>(() => settings.mailLimit),
    hub,
  };
}

/** Forgets everything that happened, keeps the listeners. */
export function forgetGoogle(world: GoogleWorld): void {
  world.faults.clear();
  world.accounts.clear();
  world.tokens.clear();
  world.events.clear();
  world.channels.clear();
  world.pages.clear();
  world.requests.clear();
  world.invitations.clear();
  world.age.count += 1;
}
