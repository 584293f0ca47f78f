import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { countCredits, readOwed } from './analytics/owed.ts';
import type { ConsentOptions } from './channels/instagram/consent.ts';
import { type Channels, openChannels } from './channels/open-channels.ts';
import { createSendTemplate } from './channels/send-template.ts';
import type { Config } from './config/config.ts';
import { type JobQueues, openJobQueues } from './jobs/bullmq.ts';
import { linkBase } from './leads/links/tracked-links.ts';
import { type DatabaseRole, urlForRole } from './lib/database-roles.ts';
import { createPool, type Pool } from './lib/db.ts';
import type { Vault } from './lib/encryption.ts';
import { errorText } from './lib/errors.ts';
import { type NewId, newId } from './lib/ids.ts';
import type { Log } from './lib/log.ts';
import { createMetrics, type Metrics } from './lib/metrics.ts';
import type { LanguageModel, Transcriber } from './llm/language-model.ts';
import { openaiModel } from './llm/openai.ts';
import { type DownloadLinks, downloadLinks } from './media/download/download-links.ts';
import { createClamdScanner } from './media/intake/clamd-scanner.ts';
import { createSharpCleaner } from './media/intake/sharp-cleaner.ts';
import type { TakeInDeps } from './media/intake/take-in.ts';
import type { MediaStore } from './media/media-store.ts';
import { openMediaStore } from './media/open-media-store.ts';
import type { Calendar } from './meetings/calendar.ts';
import { googleCalendar } from './meetings/google/google-calendar.ts';
import { type GoogleOAuth, googleOAuth } from './meetings/google/google-oauth.ts';
import type { GoogleProvider } from './meetings/google/google-provider.ts';
import { type Notifiers, openNotifiers } from './notifications/notifiers/open-notifiers.ts';
import { createPostgresSignalBus } from './realtime/postgres-signal-bus.ts';
import { createRedisSignalBus } from './realtime/redis-signal-bus.ts';
import type { SignalBus } from './realtime/signal-bus.ts';

/** Where the providers are: theirs, or the simulators' in their place. */
export type Providers = {
  graphUrl: string;
  instagramGraphUrl: string;
  /** How businesses are asked for their accounts. */
  instagramConsent: ConsentOptions;
  /** Any of these may sign Meta's webhooks: Instagram's own login has a secret of its own. */
  appSecrets: string[];
  verifyToken: string;
  google: GoogleProvider;
  openaiBaseUrl: string;
  openaiApiKey: string;
  /** Undefined where the installation has no mail server: nobody can be told by e-mail. */
  smtpUrl: string | undefined;
};

/** The real parts of one process, built once. Functions take from it what they declare, and never import it. */
export type Context = {
  config: Config;
  providers: Providers;
  log: Log;
  now: () => Date;
  random: () => number;
  newId: NewId;
  vault: Vault;
  /** Where links begin for customers; undefined where nobody knows. */
  linkBase: string | undefined;
  app: Pool;
  receiver: Pool;
  sweeper: Pool;
  admin: Pool;
  queues: JobQueues;
  signals: SignalBus;
  metrics: Metrics;
  model: LanguageModel & Transcriber;
  store: MediaStore;
  downloads: DownloadLinks;
  cleanPicture: TakeInDeps['cleanPicture'];
  scanner: TakeInDeps['scanner'];
  calendar: Calendar;
  /** Undefined where the installation has no app at Google. */
  googleOAuth: GoogleOAuth | undefined;
  channelFor: Channels['channelFor'];
  parseWebhook: Channels['parseWebhook'];
  notifiers: Notifiers['notifiers'];
  close(): Promise<void>;
};

/** The database and the key of the installation that a process belongs to. */
export type Foundation = { ownerUrl: string; vault: Vault };

/** Builds the parts of a process and opens its connections. `close` lets go of them, the last first. */
export async function createContext(options: {
  config: Config;
  providers: Providers;
  installation: Foundation;
  log: Log;
}): Promise<Context> {
  const { config, providers, installation, log } = options;
  const { vault, ownerUrl } = installation;
  // A simulator speaks plain HTTP on a machine of ours; no real provider does.
  const customersReach = linkBase(config.http, providers.graphUrl.startsWith('http:'));
  const pool = (role: DatabaseRole, maxConnections: number): Pool =>
    createPool({
      url: urlForRole(ownerUrl, role, vault),
      maxConnections,
      applicationName: `rapport ${role}`,
      // The statements of the hot path look rows up by their keys: planning them anew each time costs more than it finds.
      settings: { plan_cache_mode: 'force_generic_plan' },
      onError: (error) =>
        log.warn('a database connection was lost', { role, error: errorText(error) }),
    });
  const app = pool('rapport_app', 16);
  const receiver = pool('rapport_receiver', 4);
  const sweeper = pool('rapport_sweeper', 2);
  const admin = pool('rapport_admin', 3);
  const queues = openJobQueues({
    log,
    location:
      config.redisUrl === undefined
        ? { postgresUrl: urlForRole(ownerUrl, 'rapport_jobs', vault) }
        : { redisUrl: config.redisUrl },
  });
  const signals = createSignals(options, app);
  const model = openaiModel({
    apiKey: providers.openaiApiKey,
    baseUrl: providers.openaiBaseUrl,
    timeoutMs: config.openai.timeoutMs,
    transcriptionModel: config.openai.transcriptionModel,
    now: () => new Date(),
  });
  const channels = openChannels({
    graphUrl: providers.graphUrl,
    instagramGraphUrl: providers.instagramGraphUrl,
    consent: providers.instagramConsent,
    graphVersion: config.meta.graphVersion,
    timeoutMs: graphTimeoutMs(config.sends.settleMs),
  });
  const { notifiers, close: closeNotifiers } = openNotifiers({
    ...config.notifications,
    smtpUrl: providers.smtpUrl,
    sendTemplate: createSendTemplate({ app, vault, ...channels }),
  });
  return {
    config,
    providers,
    log,
    now: () => new Date(),
    random: Math.random,
    newId,
    vault,
    linkBase: customersReach,
    app,
    receiver,
    sweeper,
    admin,
    queues,
    signals,
    metrics: createMetrics({
      owed: () => readOwed(sweeper),
      queues: () => queues.waiting(),
      credits: () => countCredits(admin),
    }),
    model,
    store: await openStore(config),
    downloads: downloadLinks({
      key: vault.derive('addresses of files'),
      base: customersReach,
      now: () => new Date(),
    }),
    cleanPicture: createSharpCleaner(),
    scanner:
      config.clamdUrl === undefined
        ? undefined
        : createClamdScanner({ url: config.clamdUrl, timeoutMs: scanTimeoutMs }),
    ...openGoogle(providers.google, vault),
    ...channels,
    notifiers,
    async close() {
      await queues.close();
      await closeNotifiers();
      await signals.close();
      await model.close();
      await Promise.all([app, receiver, sweeper, admin].map((one) => one.end()));
    },
  };
}

/** An attempt is over before it may be made again, or two of one message could be under way. */
function graphTimeoutMs(settleMs: number): number {
  return Math.min(15_000, Math.max(500, settleMs * 0.75));
}

const googleTimeoutMs = 10_000;

function openGoogle({ apiUrl, app, ...urls }: GoogleProvider, { derive }: Vault) {
  const options = { ...urls, timeoutMs: googleTimeoutMs, derive };
  return {
    calendar: googleCalendar({ apiUrl, timeoutMs: googleTimeoutMs }),
    googleOAuth: app === undefined ? undefined : googleOAuth({ ...options, app }),
  };
}

function openStore(config: Config): Promise<MediaStore> {
  return openMediaStore({
    s3: config.mediaS3 === undefined ? undefined : { ...config.mediaS3, timeoutMs: 30_000 },
    folder: {
      folder: join(config.dataDir, 'media'),
      uniqueName: randomUUID,
      now: () => new Date(),
    },
  });
}

function createSignals(
  { config, installation, log }: Parameters<typeof createContext>[0],
  pool: Pool,
): SignalBus {
  const processId = randomUUID();
  if (config.redisUrl !== undefined) {
    return createRedisSignalBus({ redisUrl: config.redisUrl, processId, log });
  }
  const listenUrl = urlForRole(installation.ownerUrl, 'rapport_app', installation.vault);
  return createPostgresSignalBus({ pool, listenUrl, processId, log });
}

/** The largest file, on a busy machine, and less than an attempt to fetch it may take. */
const scanTimeoutMs = 30_000;
