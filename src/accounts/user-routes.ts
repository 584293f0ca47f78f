import { z } from 'zod';
import type { Pool } from '../lib/db.ts';
import { Id, Name } from '../lib/http/fields.ts';
import { NotFound } from '../lib/http/http-errors.ts';
import { PageQuery, pageSchema, readCursor, toPage } from '../lib/http/page.ts';
import { adminRoute, eitherRoute, type Route } from '../lib/http/route.ts';
import type { NewId } from '../lib/ids.ts';
import { createUser, getUser, listUsers, User, updateUser } from './users.ts';

export type UserRouteDeps = { admin: Pool; newId: NewId };

const tag = 'Users';
const params = z.object({ userId: Id });
const Email = z.email().max(255);
const emailTaken = { status: 409, code: 'user.email_taken', when: 'another user has this e-mail' };
const notFound = { status: 404, code: 'user.not_found', when: 'there is no such user' };

/** The tenants of the installation, as an admin makes and sees them; a tenant may see itself. */
export function userRoutes(deps: UserRouteDeps): Route[] {
  return [
    adminRoute({
      method: 'post',
      path: '/users',
      tag,
      summary: 'Make a user; its first API key is answered this once',
      status: 201,
      body: z.strictObject({ email: Email, companyName: Name().nullable().optional() }),
      answer: User.extend({ apiKey: z.string() }),
      problems: [emailTaken],
      handle: ({ body }) => createUser(deps, body),
    }),
    adminRoute({
      method: 'get',
      path: '/users',
      tag,
      summary: 'List users, newest first',
      status: 200,
      query: PageQuery,
      answer: pageSchema(User),
      handle: async ({ query: { limit, cursor } }) => {
        const before = readCursor(cursor, z.tuple([Id]))?.[0];
        const found = await listUsers(deps.admin, { limit: limit + 1, before });
        return toPage(found, limit, ({ userId }) => [userId]);
      },
    }),
    eitherRoute({
      method: 'get',
      path: '/users/:userId',
      tag,
      summary: 'Show a user; a tenant sees itself only',
      status: 200,
      params,
      answer: User,
      problems: [notFound],
      handle: async ({ params: { userId }, caller }) => {
        if (!caller.isAdmin && caller.userId !== userId) throw new NotFound('user');
        return await getUser(deps.admin, userId);
      },
    }),
    adminRoute({
      method: 'patch',
      path: '/users/:userId',
      tag,
      summary: 'Change a user; switched off (isActive false), its keys stop working',
      status: 200,
      params,
      body: z.strictObject({
        email: Email.optional(),
        companyName: Name().nullable().optional(),
        isActive: z.boolean().optional(),
      }),
      answer: User,
      problems: [emailTaken, notFound],
      handle: ({ params: { userId }, body }) => updateUser(deps.admin, userId, body),
    }),
  ];
}
