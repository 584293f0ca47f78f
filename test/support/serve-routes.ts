import express, { type Express } from 'express';
import request from 'supertest';
import { hashOfKey, newApiKey } from '../../src/accounts/api-key-secret.ts';
import { createAuthenticate } from '../../src/accounts/authenticate.ts';
import type { Enqueue, JobName } from '../../src/jobs/catalog.ts';
import type { Pool } from '../../src/lib/db.ts';
import { problemHandler, refuseUnknownPath } from '../../src/lib/http/error-handler.ts';
import { mountRoutes } from '../../src/lib/http/mount-routes.ts';
import { requestIds } from '../../src/lib/http/request-id.ts';
import type { Route } from '../../src/lib/http/route.ts';
import { newId } from '../../src/lib/ids.ts';
import { silentLog } from '../../src/lib/log.ts';

/** The admin key of every test server. */
export const testAdminKey = 'admin-key-for-tests';

/** Serves routes as the API does, keys and errors included. */
export function serveRoutes(admin: Pool, routes: Route[]): Express {
  const app = express();
  app.use(requestIds(newId));
  const authenticate = createAuthenticate({ admin, adminApiKey: testAdminKey });
  app.use(mountRoutes({ authenticate, log: silentLog, nowMs: () => 0 }, routes));
  app.use(refuseUnknownPath, problemHandler(silentLog));
  return app;
}

/** One who asks with a key. */
export type Client = ReturnType<typeof clientOf>;

/** Asks with this key. */
export function clientOf(app: Express, key: string) {
  const auth = { Authorization: `Bearer ${key}` };
  return {
    get: (path: string) => request(app).get(path).set(auth),
    post: (path: string) => request(app).post(path).set(auth),
    patch: (path: string) => request(app).patch(path).set(auth),
    delete: (path: string) => request(app).delete(path).set(auth),
  };
}

/** Gives a stored tenant a key. */
export async function keyOf(owner: Pool, userId: string): Promise<string> {
  const key = newApiKey();
  await owner.query(
    `insert into api_keys (api_key_id, user_id, name, key_sha256) values ($1, $2, 'test', $3)`,
    [newId('key'), userId, hashOfKey(key)],
  );
  return key;
}

/** Remembers the jobs that were asked for. */
export function recordJobs(): { enqueue: Enqueue; jobs: { name: JobName; payload: unknown }[] } {
  const jobs: { name: JobName; payload: unknown }[] = [];
  return {
    jobs,
    enqueue: async (name, payload) => {
      jobs.push({ name, payload });
    },
  };
}
