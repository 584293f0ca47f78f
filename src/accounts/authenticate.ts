import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type Db, maybeRow } from '../lib/db.ts';
import type { Authenticate } from '../lib/http/caller.ts';
import { NotAllowed, NotFound, NotSignedIn } from '../lib/http/http-errors.ts';
import { UserInactive } from './account-errors.ts';
import { hashOfKey } from './api-key-secret.ts';

/** `admin` is a pool of rapport_admin, the role that may find a tenant by its key. */
export type AuthenticateDeps = { admin: Db; adminApiKey: string };

/** Knows callers by `Authorization: Bearer …`. Every request asks the database, so a revoked key ends at once. */
export function createAuthenticate(deps: AuthenticateDeps): Authenticate {
  const adminKeyHash = hashOfKey(deps.adminApiKey);
  return async ({ authorization, actFor }) => {
    const key = bearerOf(authorization);
    const keyHash = hashOfKey(key);
    if (timingSafeEqual(keyHash, adminKeyHash)) {
      if (actFor !== undefined) await requireTenant(deps.admin, actFor);
      return { isAdmin: true, userId: actFor };
    }
    const userId = await tenantWithKey(deps.admin, keyHash);
    if (actFor !== undefined && actFor !== userId) {
      throw new NotAllowed('Only an admin may act for another tenant.');
    }
    return { isAdmin: false, userId };
  };
}

function bearerOf(authorization: string | undefined): string {
  const key = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (key !== undefined) return key;
  throw new NotSignedIn('Send an API key as "Authorization: Bearer rk_…".');
}

const KeyRow = z.object({ userId: z.string(), isActive: z.boolean() });

async function tenantWithKey(admin: Db, keyHash: Buffer): Promise<string> {
  const known = await maybeRow(
    admin,
    KeyRow,
    `select u.user_id as "userId", u.is_active as "isActive"
       from api_keys k
       join users u on u.user_id = k.user_id
      where k.key_sha256 = $1 and k.revoked_at is null`,
    [keyHash],
  );
  if (known === undefined) throw new NotSignedIn('This API key is not valid.');
  if (!known.isActive) throw new UserInactive('This account is switched off.');
  return known.userId;
}

const UserRow = z.object({ userId: z.string() });

async function requireTenant(admin: Db, userId: string): Promise<void> {
  const known = await maybeRow(
    admin,
    UserRow,
    `select user_id as "userId" from users where user_id = $1`,
    [userId],
  );
  if (known === undefined) throw new NotFound('user');
}
