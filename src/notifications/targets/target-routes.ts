import { z } from 'zod';
import type { Pool } from '../../lib/db.ts';
import { Id, Text } from '../../lib/http/fields.ts';
import { PageQuery, pageSchema, readCursor, toPage } from '../../lib/http/page.ts';
import { Nothing, type Route, tenantRoute } from '../../lib/http/route.ts';
import { asTenant } from '../../lib/tenant.ts';
import { notifierKinds } from '../notifier.ts';
import { Notification } from '../read-notifications.ts';
import { changeTarget, createTarget, rotateSecret, type TargetDeps } from './change-targets.ts';
import { deleteTarget } from './retire-target.ts';
import { NotificationTarget, targetFields } from './target.ts';
import { getTarget, listTargets } from './targets.ts';
import { type TestDeps, testTarget } from './test-target.ts';

export type TargetRouteDeps = TargetDeps & TestDeps;

const tag = 'Notification targets';
const params = z.object({ notificationTargetId: Id });
const notFound = {
  status: 404,
  code: 'notification_target.not_found',
  when: 'there is no such target, or none to escalate to',
};
const Address = Text({ min: 1, max: 2_000 }).meta({
  description:
    'An e-mail address; a phone number with its country code; the address of a hook. Kept encrypted',
});
const Secret = z
  .string()
  .meta({ description: 'Signs what is sent (Standard Webhooks); shown this once' });

/** Where the people of a business are told of leads. */
export function targetRoutes(deps: TargetRouteDeps): Route[] {
  return [createRoute(deps), ...readRoutes(deps.app), ...changeRoutes(deps), deleteRoute(deps.app)];
}

function createRoute(deps: TargetRouteDeps): Route {
  return tenantRoute({
    method: 'post',
    path: '/notification-targets',
    tag,
    summary: 'Add a target; a webhook is answered its signing secret, this once',
    status: 201,
    body: z.strictObject({ kind: z.enum(notifierKinds), address: Address, ...targetFields }),
    answer: NotificationTarget.extend({ secret: Secret.optional() }),
    problems: [notFound],
    handle: ({ userId, body }) => createTarget(deps, userId, body),
  });
}

function readRoutes(app: Pool): Route[] {
  return [
    tenantRoute({
      method: 'get',
      path: '/notification-targets',
      tag,
      summary: 'List targets, newest first',
      status: 200,
      query: PageQuery,
      answer: pageSchema(NotificationTarget),
      handle: async ({ userId, query: { limit, cursor } }) => {
        const before = readCursor(cursor, z.tuple([Id]))?.[0];
        const found = await asTenant(app, userId, (tx) =>
          listTargets(tx, userId, { limit: limit + 1, before }),
        );
        return toPage(found, limit, ({ notificationTargetId }) => [notificationTargetId]);
      },
    }),
    tenantRoute({
      method: 'get',
      path: '/notification-targets/:notificationTargetId',
      tag,
      summary: 'Show a target',
      status: 200,
      params,
      answer: NotificationTarget,
      problems: [notFound],
      handle: ({ userId, params: ref }) =>
        asTenant(app, userId, (tx) => getTarget(tx, { userId, ...ref })),
    }),
  ];
}

function changeRoutes(deps: TargetRouteDeps): Route[] {
  return [
    tenantRoute({
      method: 'patch',
      path: '/notification-targets/:notificationTargetId',
      tag,
      summary: 'Change a target; what waits for one that is switched off is cancelled',
      status: 200,
      params,
      body: z.strictObject({
        address: Address.optional(),
        isActive: z.boolean().optional(),
        ...targetFields,
      }),
      answer: NotificationTarget,
      problems: [notFound],
      handle: ({ userId, params: ref, body }) => changeTarget(deps, { userId, ...ref }, body),
    }),
    tenantRoute({
      method: 'post',
      path: '/notification-targets/:notificationTargetId/test',
      tag,
      summary: 'Send a test message now and see what becomes of it',
      status: 200,
      params,
      answer: Notification,
      problems: [
        notFound,
        {
          status: 429,
          code: 'notification_target.too_many_tests',
          when: 'it was tested often within the hour',
        },
      ],
      handle: ({ userId, params: ref }) => testTarget(deps, { userId, ...ref }),
    }),
    tenantRoute({
      method: 'post',
      path: '/notification-targets/:notificationTargetId/rotate-secret',
      tag,
      summary: 'Give a webhook another signing secret; the old one signs nothing any more',
      status: 200,
      params,
      answer: z.object({ secret: Secret }),
      problems: [
        notFound,
        {
          status: 422,
          code: 'notification_target.unsigned',
          when: 'the target is no webhook',
        },
      ],
      handle: ({ userId, params: ref }) => rotateSecret(deps, { userId, ...ref }),
    }),
  ];
}

function deleteRoute(app: Pool): Route {
  return tenantRoute({
    method: 'delete',
    path: '/notification-targets/:notificationTargetId',
    tag,
    summary: 'Remove a target; what was sent to it stays in the list of notifications',
    status: 204,
    params,
    answer: Nothing,
    problems: [notFound],
    handle: ({ userId, params: ref }) =>
      asTenant(app, userId, (tx) => deleteTarget(tx, { userId, ...ref })),
  });
}
