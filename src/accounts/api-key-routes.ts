import { z } from 'zod';
import type { Pool } from '../lib/db.ts';
import { Id, Name } from '../lib/http/fields.ts';
import { PageQuery, pageSchema, readCursor, toPage } from '../lib/http/page.ts';
import { Nothing, type Route, tenantRoute } from '../lib/http/route.ts';
import type { NewId } from '../lib/ids.ts';
import { asTenant } from '../lib/tenant.ts';
import { ApiKey, createApiKey, listApiKeys, NewApiKey, revokeApiKey } from './api-keys.ts';

const tag = 'API keys';

export type ApiKeyRouteDeps = { app: Pool; newId: NewId };

/** A tenant's own keys. */
export function apiKeyRoutes({ app, newId }: ApiKeyRouteDeps): Route[] {
  return [
    tenantRoute({
      method: 'get',
      path: '/api-keys',
      tag,
      summary: 'List keys, newest first',
      status: 200,
      query: PageQuery,
      answer: pageSchema(ApiKey),
      handle: async ({ userId, query: { limit, cursor } }) => {
        const before = readCursor(cursor, z.tuple([Id]))?.[0];
        const found = await asTenant(app, userId, (tx) =>
          listApiKeys(tx, userId, { limit: limit + 1, before }),
        );
        return toPage(found, limit, ({ apiKeyId }) => [apiKeyId]);
      },
    }),
    tenantRoute({
      method: 'post',
      path: '/api-keys',
      tag,
      summary: 'Make a key; it is shown this once',
      status: 201,
      body: z.strictObject({ name: Name() }),
      answer: NewApiKey,
      handle: ({ userId, body }) =>
        asTenant(app, userId, (tx) => createApiKey(tx, { newId, userId, ...body })),
    }),
    tenantRoute({
      method: 'delete',
      path: '/api-keys/:apiKeyId',
      tag,
      summary: 'Revoke a key; it stops at once',
      status: 204,
      params: z.strictObject({ apiKeyId: Id }),
      answer: Nothing,
      problems: [{ status: 404, code: 'api_key.not_found', when: 'there is no such key' }],
      handle: ({ userId, params }) =>
        asTenant(app, userId, (tx) => revokeApiKey(tx, { userId, ...params })),
    }),
  ];
}
