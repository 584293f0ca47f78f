import { z } from 'zod';
import type { Pool } from '../lib/db.ts';
import { Id, Name } from '../lib/http/fields.ts';
import { PageQuery, pageSchema } from '../lib/http/page.ts';
import { Nothing, type Route, tenantRoute } from '../lib/http/route.ts';
import type { NewId } from '../lib/ids.ts';
import { asTenant } from '../lib/tenant.ts';
import { ApiKey, createApiKey, listApiKeys, NewApiKey, revokeApiKey } from './api-keys.ts';

const tag = 'API keys';

/** A tenant's own keys: list, make, revoke. */
export function apiKeyRoutes(deps: { app: Pool; newId: NewId }): Route[] {
  const { app, newId } = deps;
  return [
    tenantRoute({
      method: 'get',
      path: '/api-keys',
      tag,
      summary: 'List the keys, the newest first',
      status: 200,
      query: PageQuery,
      answer: pageSchema(ApiKey),
      handle: ({ userId, query }) =>
        asTenant(app, userId, (tx) => listApiKeys(tx, { userId, ...query })),
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
      problems: [{ status: 404, code: 'api_key.not_found', when: 'you have no such key' }],
      handle: ({ userId, params }) =>
        asTenant(app, userId, (tx) => revokeApiKey(tx, { userId, ...params })),
    }),
  ];
}
