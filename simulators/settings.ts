import { isObject } from './lib/json.ts';

/** What can be changed while the simulators run (`POST /_simulator/settings`). Times are milliseconds. */
export type SimulatorSettings = {
  /** Where signed webhooks go. */
  webhookUrl: string;
  /** The secret that webhooks are signed with. */
  appSecret: string;
  /** The secret that Instagram's webhooks are signed with; '': the app's. */
  instagramAppSecret: string;
  /** Where the simulators are reached: what the addresses of Instagram's files begin with. */
  mediaHost: string;
  /** Whether accepted sends are followed by status webhooks. */
  statuses: boolean;
  sentAfterMs: number;
  deliveredAfterMs: number;
  /** When the simulated customer reads; null: never. */
  readAfterMs: number | null;
  /** Whether Instagram echoes what is sent through its API, and how long after. */
  echoes: boolean;
  echoAfterMs: number;
  /** Statuses that fall due within this time travel in one POST. */
  statusFlushMs: number;
  /** How long a webhook that was not answered 200 waits before it is posted again; doubled each time. */
  redeliverAfterMs: number;
  redeliverMaxMs: number;
  redeliverTimes: number;
  /** How long Graph takes to answer a send. */
  sendLatencyMs: number;
  /** Free text needs a customer's message (through the control API) in the last 24 hours. */
  strictWindow: boolean;
  /** Enforces 80 messages a second on a number, and 45 then one in 6 s on a pair. */
  strictLimits: boolean;
  /** How long the model takes to answer. */
  modelLatencyMs: number;
  /** Pause between two streamed pieces. */
  streamDeltaMs: number;
  /** `count`: only counters are kept, for benchmarks. */
  record: 'all' | 'count';
  /** How many calls to WhatsApp, and how many requests to the model, are kept. */
  sentLimit: number;
  requestLimit: number;
  /** How many mails, and how many posts to the inbox, are kept. */
  mailLimit: number;
  /** The secret of the app at Google. */
  googleClientSecret: string;
  /** Where Google's calendars are, unless they say otherwise. */
  googleTimeZone: string;
  /** How long an access token of Google's lives. */
  googleTokenLifeMs: number;
  /** How long after its event a video call is made; 0: at once. */
  googleMeetAfterMs: number;
  /** How long after a change it is told to channels, and how long a channel lives at most. */
  googleNotifyAfterMs: number;
  googleChannelLifeMs: number;
  /** Whether what we have no reason to send is refused, and whether lists tell more of a cancelled event than its id. */
  googleStrict: boolean;
  googleCancelledDetails: boolean;
};

/** Quick enough for tests, slow enough to be watched. */
export const defaultSettings = {
  instagramAppSecret: '',
  mediaHost: '',
  statuses: true,
  sentAfterMs: 30,
  deliveredAfterMs: 150,
  readAfterMs: 900,
  echoes: true,
  echoAfterMs: 40,
  statusFlushMs: 5,
  redeliverAfterMs: 500,
  redeliverMaxMs: 30_000,
  redeliverTimes: 12,
  sendLatencyMs: 0,
  strictWindow: false,
  strictLimits: false,
  modelLatencyMs: 0,
  streamDeltaMs: 0,
  record: 'all',
  sentLimit: 20_000,
  requestLimit: 1000,
  mailLimit: 1000,
  googleClientSecret: 'simulated-google-secret',
  googleTimeZone: 'America/Sao_Paulo',
  googleTokenLifeMs: 3_600_000,
  googleMeetAfterMs: 100,
  googleNotifyAfterMs: 20,
  googleChannelLifeMs: 7 * 24 * 3_600_000,
  googleStrict: true,
  googleCancelledDetails: true,
} as const satisfies Omit<SimulatorSettings, 'webhookUrl' | 'appSecret'>;

const numberKeys = [
  'sentAfterMs',
  'deliveredAfterMs',
  'echoAfterMs',
  'statusFlushMs',
  'redeliverAfterMs',
  'redeliverMaxMs',
  'redeliverTimes',
  'sendLatencyMs',
  'modelLatencyMs',
  'streamDeltaMs',
  'sentLimit',
  'requestLimit',
  'mailLimit',
  'googleTokenLifeMs',
  'googleMeetAfterMs',
  'googleNotifyAfterMs',
  'googleChannelLifeMs',
] as const;
const switchKeys = [
  'statuses',
  'echoes',
  'strictWindow',
  'strictLimits',
  'googleStrict',
  'googleCancelledDetails',
] as const;
const textKeys = [
  'webhookUrl',
  'appSecret',
  'instagramAppSecret',
  'mediaHost',
  'googleClientSecret',
  'googleTimeZone',
] as const;

/** Writes what a request may change into `settings`; answers the names it could not use. */
export function applySettings(settings: SimulatorSettings, patch: unknown): string[] {
  if (!isObject(patch)) return ['body'];
  const unused = new Set(Object.keys(patch));
  for (const key of numberKeys) {
    const value = patch[key];
    if (typeof value === 'number' && value >= 0 && unused.delete(key)) settings[key] = value;
  }
  for (const key of switchKeys) {
    const value = patch[key];
    if (typeof value === 'boolean' && unused.delete(key)) settings[key] = value;
  }
  for (const key of textKeys) {
    const value = patch[key];
    if (typeof value === 'string' && unused.delete(key)) settings[key] = value;
  }
  applyChoices(settings, patch, unused);
  return [...unused];
}

function applyChoices(
  settings: SimulatorSettings,
  patch: Record<string, unknown>,
  unused: Set<string>,
): void {
  const { record, readAfterMs } = patch;
  if (record === 'all' || record === 'count') {
    settings.record = record;
    unused.delete('record');
  }
  if (readAfterMs === null || (typeof readAfterMs === 'number' && readAfterMs >= 0)) {
    settings.readAfterMs = readAfterMs;
    unused.delete('readAfterMs');
  }
}
