import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Express, Router } from 'express';
import { createAuthenticate } from '../../src/accounts/authenticate.ts';
import { createUser } from '../../src/accounts/users.ts';
import { apiRoutes } from '../../src/app/api-routes.ts';
import { createReadiness } from '../../src/app/readiness.ts';
import { createApp } from '../../src/app.ts';
import type { Route } from '../../src/lib/http/route.ts';
import { newId } from '../../src/lib/ids.ts';
import { type Log, silentLog } from '../../src/lib/log.ts';
import { openFolderMediaStore } from '../../src/media/folder-media-store.ts';
import { createSharpCleaner } from '../../src/media/intake/sharp-cleaner.ts';
import { googleOAuth as openGoogleOAuth } from '../../src/meetings/google/google-oauth.ts';
import { notifierKinds } from '../../src/notifications/notifier.ts';
import { sendNotification } from '../../src/notifications/sending/send-notification.ts';
import { scriptedCalendar } from './scripted-calendar.ts';
import { scriptedChannel } from './scripted-channel.ts';
import { scriptedNotifier } from './scripted-notifier.ts';
import { recordJobs, testAdminKey } from './serve-routes.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';
import { testDownloads } from './test-downloads.ts';
import { testVault } from './test-vault.ts';

/** The whole app on a database of its own; its channel gives access to every token but `bad`. */
export type TestApp = {
  app: Express;
  /** What the API does. */
  routes: Route[];
  database: TestDatabase;
  /** What the app is told of the process it runs in. */
  process: { isStopping: boolean };
  jobs: ReturnType<typeof recordJobs>['jobs'];
  /** A tenant with its first key and nothing else. */
  makeUser(): Promise<{ userId: string; apiKey: string }>;
  close(): Promise<void>;
};

export type TestAppOptions = {
  routers?: { webhooks?: Router[]; api?: Router[]; pages?: Router[] };
  log?: Log;
};

/** Builds the app; nothing listens. */
export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { routers, log = silentLog } = options;
  const database = await createTestDatabase();
  const admin = database.pool('rapport_admin');
  const sweeper = database.pool('rapport_sweeper');
  const { enqueue, jobs } = recordJobs();
  const process = { isStopping: false };
  const appPool = database.pool('rapport_app');
  const mediaFolder = await mkdtemp(join(tmpdir(), 'rapport-app-'));
  const sending = {
    app: appPool,
    vault: testVault,
    newId,
    now: () => new Date(),
    random: Math.random,
    notifiers: new Map(notifierKinds.map((kind) => [kind, scriptedNotifier()])),
    publicUrl: 'https://rapport.example',
    leaseMs: 60_000,
    publishLook: () => {},
    observeNotification: () => {},
    log,
  };
  const routes = apiRoutes({
    app: appPool,
    admin,
    vault: testVault,
    newId,
    now: () => new Date(),
    channelFor: () => channel,
    calendar: scriptedCalendar({ calendars: async () => [] }),
    googleOAuth,
    enqueue,
    log,
    publishLook: () => {},
    publishPersonTyping: () => {},
    publicUrl: 'https://rapport.example',
    downloads: testDownloads,
    store: await openFolderMediaStore({
      folder: mediaFolder,
      uniqueName: randomUUID,
      now: () => new Date(),
    }),
    cleanPicture: createSharpCleaner(),
    scanner: undefined,
    defaultModel: 'test-model',
    sendNotification: (ref) => sendNotification(sending, ref),
  });
  const app = createApp({
    log,
    trustedProxies: 0,
    newId,
    nowMs: () => performance.now(),
    authenticate: createAuthenticate({ admin, adminApiKey: testAdminKey }),
    readiness: createReadiness({ sweeper, isStopping: () => process.isStopping }),
    metrics: { contentType: 'text/plain; version=0.0.4', text: async () => 'rapport_up 1\n' },
    routes,
    routers: { webhooks: [], api: [], pages: [], ...routers },
  });
  return {
    app,
    routes,
    database,
    process,
    jobs,
    makeUser: () => createUser({ admin, newId }, { email: `${newId('usr')}@example.com` }),
    close: async () => {
      await database.drop();
      await rm(mediaFolder, { recursive: true, force: true });
    },
  };
}

// Nobody listens there: what asks Google for tokens is tested against its simulator.
const nowhere = 'http://127.0.0.1:9';
const googleOAuth = openGoogleOAuth({
  app: { id: 'an-app', secret: 'a-secret' },
  authUrl: `${nowhere}/auth`,
  tokenUrl: `${nowhere}/token`,
  revokeUrl: `${nowhere}/revoke`,
  timeoutMs: 1_000,
  derive: testVault.derive,
});

const channel = scriptedChannel(async ({ accessToken }) =>
  accessToken === 'bad'
    ? { hasAccess: false, error: { code: 190, text: 'Invalid OAuth access token.' } }
    : { hasAccess: true, displayName: 'Casa Verde' },
);
