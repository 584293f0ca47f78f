import { z } from 'zod';
import { getUser } from '../accounts/users.ts';
import { type HintDeps, hint } from '../jobs/hint.ts';
import type { Pool } from '../lib/db.ts';
import { Id, Text } from '../lib/http/fields.ts';
import { IdempotencyKey } from '../lib/http/idempotency-key.ts';
import { PageQuery, pageSchema, readCursor, toPage } from '../lib/http/page.ts';
import { adminRoute, type Route, tenantRoute } from '../lib/http/route.ts';
import { asTenant } from '../lib/tenant.ts';
import { Credits, CreditTransaction, getCredits, listCreditTransactions } from './read-credits.ts';
import { type TopUpDeps, topUp } from './top-up.ts';

export type CreditRouteDeps = TopUpDeps & HintDeps & { admin: Pool; publishLook: () => void };

const tag = 'Credits';
const params = z.object({ userId: Id });
const noUser = { status: 404, code: 'user.not_found', when: 'there is no such user' };

/** What a tenant has to spend, and how an admin adds to it. */
export function creditRoutes(deps: CreditRouteDeps): Route[] {
  return [...tenantRoutes(deps.app), readForAdmin(deps), topUpRoute(deps)];
}

function tenantRoutes(app: Pool): Route[] {
  return [
    tenantRoute({
      method: 'get',
      path: '/credits',
      tag,
      summary: 'Show the balance',
      status: 200,
      answer: Credits,
      handle: ({ userId }) => asTenant(app, userId, (tx) => getCredits(tx, userId)),
    }),
    tenantRoute({
      method: 'get',
      path: '/credits/transactions',
      tag,
      summary: 'List the ledger, newest first; the balance is its sum',
      status: 200,
      query: PageQuery,
      answer: pageSchema(CreditTransaction),
      handle: async ({ userId, query: { limit, cursor } }) => {
        const before = readCursor(cursor, z.tuple([Id]))?.[0];
        const found = await asTenant(app, userId, (tx) =>
          listCreditTransactions(tx, userId, { limit: limit + 1, before }),
        );
        return toPage(found, limit, ({ creditTransactionId }) => [creditTransactionId]);
      },
    }),
  ];
}

function readForAdmin({ app, admin }: CreditRouteDeps): Route {
  return adminRoute({
    method: 'get',
    path: '/users/:userId/credits',
    tag,
    summary: 'Show the balance of a user',
    status: 200,
    params,
    answer: Credits,
    problems: [noUser],
    handle: async ({ params: { userId } }) => {
      await getUser(admin, userId);
      return await asTenant(app, userId, (tx) => getCredits(tx, userId));
    },
  });
}

function topUpRoute(deps: CreditRouteDeps): Route {
  return adminRoute({
    method: 'post',
    path: '/users/:userId/credits/top-ups',
    tag,
    summary: 'Add credits to a user, once for each Idempotency-Key',
    status: 201,
    params,
    headers: z.object({ 'idempotency-key': IdempotencyKey }),
    body: z.strictObject({
      credits: z.number().int().min(1).max(1_000_000_000),
      description: Text({ max: 2_000 }).nullable().optional(),
    }),
    answer: z.object({ balance: z.number().int() }),
    problems: [
      noUser,
      { status: 409, code: 'idempotency.key_reused', when: 'the key was used for another top-up' },
      { status: 422, code: 'credits.too_many', when: 'the balance would become too large' },
    ],
    handle: async ({ params: { userId }, headers, body: { credits, description = null } }) => {
      await getUser(deps.admin, userId);
      const key = headers['idempotency-key'];
      const { balance, owed, isNew } = await topUp(deps, { userId, credits, description, key });
      if (isNew) deps.publishLook();
      await hint(deps, 'replies.run', owed);
      return { balance };
    },
  });
}
