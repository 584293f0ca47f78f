import { z } from 'zod';
import { type HintDeps, hint } from '../jobs/hint.ts';
import type { Pool } from '../lib/db.ts';
import { Id, Name } from '../lib/http/fields.ts';
import { PageQuery, pageSchema, readCursor, toPage } from '../lib/http/page.ts';
import { type Route, tenantRoute } from '../lib/http/route.ts';
import { asTenant } from '../lib/tenant.ts';
import { type ConnectDeps, changePhoneNumber, connectPhoneNumber } from './connect-phone-number.ts';
import { getPhoneNumber, listPhoneNumbers, PhoneNumber, PlatformName } from './phone-numbers.ts';

export type PhoneNumberRouteDeps = ConnectDeps & HintDeps & { publishLook: () => void };

const tag = 'Phone numbers';
const params = z.object({ phoneNumberId: Id });
const notFound = {
  status: 404,
  code: 'phone_number.not_found',
  when: 'there is no such phone number',
};
const noAccess = {
  status: 422,
  code: 'phone_number.no_access',
  when: 'the provider does not give the token access',
};

/** It becomes part of an address at the provider, so nothing but plain characters. */
const AccountId = z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, 'is no id of an account');
/** It becomes part of an HTTP header. */
const AccessToken = z
  .string()
  .regex(/^[\x21-\x7e]{1,4000}$/, 'is no access token')
  .meta({ writeOnly: true });
const changeable = {
  displayName: Name().nullable().optional(),
  messagesPerSecond: z.number().int().min(1).max(1_000).nullable().optional(),
};

/** A tenant's own accounts on the channels. */
export function phoneNumberRoutes(deps: PhoneNumberRouteDeps): Route[] {
  return [connectRoute(deps), ...readRoutes(deps.app), changeRoute(deps)];
}

function connectRoute(deps: PhoneNumberRouteDeps): Route {
  return tenantRoute({
    method: 'post',
    path: '/phone-numbers',
    tag,
    summary: 'Register an account; its token is proven with the provider first',
    status: 201,
    body: z.strictObject({
      platform: PlatformName.default('whatsapp'),
      metaPhoneNumberId: AccountId,
      accessToken: AccessToken.optional().meta({
        writeOnly: true,
        description:
          'The provider’s token for the account. A webchat needs none; one of at least 32 characters is the secret that identities of visitors are signed with',
      }),
      ...changeable,
    }),
    answer: PhoneNumber,
    problems: [
      { status: 409, code: 'phone_number.taken', when: 'the installation has this account' },
      noAccess,
      { status: 503, code: 'channel.unavailable', when: 'the provider cannot be reached' },
    ],
    handle: ({ userId, body }) => connectPhoneNumber(deps, { userId, ...body }),
  });
}

function readRoutes(app: Pool): Route[] {
  return [
    tenantRoute({
      method: 'get',
      path: '/phone-numbers',
      tag,
      summary: 'List phone numbers, newest first',
      status: 200,
      query: PageQuery,
      answer: pageSchema(PhoneNumber),
      handle: async ({ userId, query: { limit, cursor } }) => {
        const before = readCursor(cursor, z.tuple([Id]))?.[0];
        const found = await asTenant(app, userId, (tx) =>
          listPhoneNumbers(tx, userId, { limit: limit + 1, before }),
        );
        return toPage(found, limit, ({ id }) => [id]);
      },
    }),
    tenantRoute({
      method: 'get',
      path: '/phone-numbers/:phoneNumberId',
      tag,
      summary: 'Show a phone number and its health',
      status: 200,
      params,
      answer: PhoneNumber,
      problems: [notFound],
      handle: ({ userId, params: { phoneNumberId } }) =>
        asTenant(app, userId, (tx) => getPhoneNumber(tx, userId, phoneNumberId)),
    }),
  ];
}

function changeRoute(deps: PhoneNumberRouteDeps): Route {
  return tenantRoute({
    method: 'patch',
    path: '/phone-numbers/:phoneNumberId',
    tag,
    summary: 'Change a phone number; a new token is proven and makes it well again',
    status: 200,
    params,
    body: z.strictObject({ accessToken: AccessToken.optional(), ...changeable }),
    answer: PhoneNumber,
    problems: [
      notFound,
      noAccess,
      { status: 503, code: 'channel.unavailable', when: 'the provider cannot be reached' },
    ],
    handle: async ({ userId, params: { phoneNumberId }, body }) => {
      const { number, owed } = await changePhoneNumber(deps, {
        userId,
        id: phoneNumberId,
        ...body,
      });
      if (body.accessToken !== undefined) deps.publishLook();
      await hint(deps, 'replies.run', owed);
      return number;
    },
  });
}
