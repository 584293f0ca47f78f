import type { Counters } from '../counters.ts';
import { createFaultList, type FaultList } from '../lib/fault-list.ts';
import { createIds, type NewId } from '../lib/ids.ts';
import { createRecentMap, type RecentMap } from '../lib/recent-map.ts';
import type { Timers } from '../lib/timers.ts';
import { createMediaStore, type MediaStore } from '../meta/media.ts';
import { createEventHub, type EventHub } from '../meta/phone-events.ts';
import { createWebhookSender, type WebhookSender } from '../meta/webhook-sender.ts';
import type { SimulatorSettings } from '../settings.ts';
import type { Comment } from './comments.ts';
import type { InstagramFault } from './faults.ts';
import type { Profile } from './profiles.ts';
import { createInstagramLog, type InstagramLog } from './sent.ts';
import { createTokenBook, type TokenBook } from './tokens.ts';

/** All that the simulated Instagram is made of. */
export type InstagramWorld = {
  settings: SimulatorSettings;
  counters: Counters;
  timers: Timers;
  now: () => number;
  newId: NewId;
  faults: FaultList<InstagramFault>;
  sent: InstagramLog;
  media: MediaStore;
  events: EventHub;
  sender: WebhookSender;
  /** When each customer last wrote, by account and customer. */
  lastWroteAt: RecentMap<number>;
  comments: RecentMap<Comment>;
  /** Who has written to any account. */
  profiles: RecentMap<Profile>;
  /** Which account a Page's token is for, as it was asked about with it. */
  accountOfToken: RecentMap<string>;
  /** Whose a token is: as it was given or asked about, or as its digits at the end say. */
  accountOf(token: string): string;
  tokens: TokenBook;
  /** What each account has us told. */
  subscriptions: Map<string, string[]>;
};

/** Builds a simulated Instagram in which nothing has happened yet. */
export function createInstagramWorld(parts: {
  settings: SimulatorSettings;
  counters: Counters;
  timers: Timers;
  now: () => number;
}): InstagramWorld {
  const { settings } = parts;
  const accountOfToken = createRecentMap<string>(1_000);
  return {
    ...parts,
    newId: createIds(),
    faults: createFaultList<InstagramFault>(),
    sent: createInstagramLog(() => settings.sentLimit),
    media: createMediaStore(),
    events: createEventHub(),
    sender: createWebhookSender({
      ...parts,
      secret: () => settings.instagramAppSecret || settings.appSecret,
    }),
    lastWroteAt: createRecentMap<number>(50_000),
    comments: createRecentMap<Comment>(50_000),
    profiles: createRecentMap<Profile>(50_000),
    accountOfToken,
    accountOf: (token) => accountOfToken.get(token) ?? /\d+$/.exec(token)?.[0] ?? '',
    tokens: createTokenBook(),
    subscriptions: new Map(),
  };
}

/** Forgets everything that happened, keeps the listeners. */
export function forgetInstagram(world: InstagramWorld): void {
  world.faults.clear();
  world.sent.clear();
  world.media.clear();
  world.lastWroteAt.clear();
  world.comments.clear();
  world.profiles.clear();
}
