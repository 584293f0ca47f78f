import type { Express, Router } from 'express';
import { createAuthenticate } from '../../src/accounts/authenticate.ts';
import { accountRoutes } from '../../src/accounts/routes.ts';
import { createUser } from '../../src/accounts/users.ts';
import { createReadiness } from '../../src/app/readiness.ts';
import { createApp } from '../../src/app.ts';
import type { Route } from '../../src/lib/http/route.ts';
import { newId } from '../../src/lib/ids.ts';
import { type Log, silentLog } from '../../src/lib/log.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

/** The admin key of every test. */
export const testAdminKey = 'admin-key-of-the-tests';

/** The real app on a database of its own. */
export type TestApp = {
  app: Express;
  routes: Route[];
  database: TestDatabase;
  /** What the app is told of the process it runs in. */
  process: { isStopping: boolean };
  /** A tenant with its first key, without anything else. */
  makeUser(): Promise<{ userId: string; apiKey: string }>;
  close(): Promise<void>;
};

/** Starts the app with the accounts' routes and whatever a test adds; nothing listens. */
export async function createTestApp(
  options: {
    routes?: (database: TestDatabase) => Route[];
    apiRouters?: Router[];
    webhooks?: Router[];
    log?: Log;
  } = {},
): Promise<TestApp> {
  const database = await createTestDatabase();
  const [app, admin, sweeper] = [
    database.pool('rapport_app'),
    database.pool('rapport_admin'),
    database.pool('rapport_sweeper'),
  ];
  const deps = { app, admin, newId, defaultModel: 'test-model' };
  const process = { isStopping: false };
  const routes = [...accountRoutes(deps), ...(options.routes?.(database) ?? [])];
  let users = 0;
  return {
    app: createApp({
      log: options.log ?? silentLog,
      newId,
      nowMs: () => performance.now(),
      authenticate: createAuthenticate({ admin, adminApiKey: testAdminKey }),
      readiness: createReadiness({ sweeper, isStopping: () => process.isStopping }),
      metrics: { contentType: 'text/plain', text: async () => 'rapport_up 1\n' },
      routes,
      routers: { webhooks: options.webhooks ?? [], api: options.apiRouters ?? [], pages: [] },
    }),
    routes,
    database,
    process,
    async makeUser() {
      users += 1;
      return createUser({ admin, newId }, { email: `user-${users}@example.com` });
    },
    close: () => database.drop(),
  };
}
