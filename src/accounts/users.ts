import { z } from 'zod';
import { type Db, inTransaction, maybeRow, oneRow, type Pool, rows, violates } from '../lib/db.ts';
import { Timestamp } from '../lib/http/fields.ts';
import { NotFound } from '../lib/http/http-errors.ts';
import type { NewId } from '../lib/ids.ts';
import { EmailTaken } from './account-errors.ts';
import { createApiKey } from './api-keys.ts';

/** A tenant: a business that has its own numbers, agents and conversations. */
export const User = z.object({
  userId: z.string(),
  email: z.string(),
  companyName: z.string().nullable(),
  isActive: z.boolean(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type User = z.infer<typeof User>;

const userColumns = `user_id as "userId", email, company_name as "companyName",
  is_active as "isActive", created_at as "createdAt", updated_at as "updatedAt"`;

/** Makes a tenant with its first key, which is in clear here and never again. Throws EmailTaken. */
export async function createUser(
  deps: { admin: Pool; newId: NewId },
  given: { email: string; companyName?: string | null | undefined },
): Promise<User & { apiKey: string }> {
  const userId = deps.newId('usr');
  return await orEmailTaken(
    inTransaction(deps.admin, async (tx) => {
      const made = await oneRow(
        tx,
        User,
        `insert into users (user_id, email, company_name) values ($1, $2, $3)
         returning ${userColumns}`,
        [userId, given.email, given.companyName ?? null],
      );
      const key = await createApiKey(tx, { newId: deps.newId, userId, name: 'first key' });
      return { ...made, apiKey: key.apiKey };
    }),
  );
}

/** Newest first; `before` is the last id of the page before. */
export function listUsers(
  admin: Db,
  page: { limit: number; before?: string | undefined },
): Promise<User[]> {
  return rows(
    admin,
    User,
    `select ${userColumns} from users
      where $1::text is null or user_id < $1
      order by user_id desc
      limit $2`,
    [page.before ?? null, page.limit],
  );
}

/** Throws NotFound. */
export async function getUser(admin: Db, userId: string): Promise<User> {
  const user = await maybeRow(admin, User, `select ${userColumns} from users where user_id = $1`, [
    userId,
  ]);
  if (user === undefined) throw new NotFound('user');
  return user;
}

/** Changes what is given and nothing else. Throws NotFound or EmailTaken. */
export async function updateUser(
  admin: Db,
  userId: string,
  change: {
    email?: string | undefined;
    companyName?: string | null | undefined;
    isActive?: boolean | undefined;
  },
): Promise<User> {
  const user = await orEmailTaken(
    maybeRow(
      admin,
      User,
      `update users
          set email = coalesce($2, email),
              company_name = case when $3 then $4 else company_name end,
              is_active = coalesce($5, is_active)
        where user_id = $1
        returning ${userColumns}`,
      [
        userId,
        change.email ?? null,
        change.companyName !== undefined,
        change.companyName ?? null,
        change.isActive ?? null,
      ],
    ),
  );
  if (user === undefined) throw new NotFound('user');
  return user;
}

async function orEmailTaken<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (violates(error, 'users_email_key')) {
      throw new EmailTaken('Another user has this e-mail address.');
    }
    throw error;
  }
}
