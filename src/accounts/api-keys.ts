import { z } from 'zod';
import { type Db, maybeRow, oneRow, rows } from '../lib/db.ts';
import { Timestamp } from '../lib/http/fields.ts';
import { NotFound } from '../lib/http/http-errors.ts';
import type { NewId } from '../lib/ids.ts';
import { hashOfKey, newApiKey } from './api-key-secret.ts';

/** A key as it is shown after it was made: never the key itself. */
export const ApiKey = z.object({
  apiKeyId: z.string(),
  name: z.string(),
  createdAt: Timestamp,
  revokedAt: Timestamp.nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

/** A key with its text, which is known at this moment only. */
export const NewApiKey = ApiKey.extend({
  apiKey: z.string().meta({ description: 'The key. It is shown this once.' }),
});
export type NewApiKey = z.infer<typeof NewApiKey>;

const keyColumns = `api_key_id as "apiKeyId", name, created_at as "createdAt",
  revoked_at as "revokedAt"`;

/** Makes a key for a tenant. `db` acts for that tenant, or is the admin's. */
export async function createApiKey(
  db: Db,
  given: { newId: NewId; userId: string; name: string },
): Promise<NewApiKey> {
  const apiKey = newApiKey();
  const made = await oneRow(
    db,
    ApiKey,
    `insert into api_keys (api_key_id, user_id, name, key_sha256) values ($1, $2, $3, $4)
     returning ${keyColumns}`,
    [given.newId('key'), given.userId, given.name, hashOfKey(apiKey)],
  );
  return { ...made, apiKey };
}

/** Newest first, revoked ones too. */
export function listApiKeys(
  db: Db,
  userId: string,
  page: { limit: number; before?: string | undefined },
): Promise<ApiKey[]> {
  return rows(
    db,
    ApiKey,
    `select ${keyColumns} from api_keys
      where user_id = $1 and ($2::text is null or api_key_id < $2)
      order by api_key_id desc
      limit $3`,
    [userId, page.before ?? null, page.limit],
  );
}

/** Ends a key at once; one that has ended stays as it is. Throws NotFound. */
export async function revokeApiKey(
  db: Db,
  wanted: { userId: string; apiKeyId: string },
): Promise<void> {
  const revoked = await maybeRow(
    db,
    ApiKey,
    `update api_keys set revoked_at = coalesce(revoked_at, now())
      where user_id = $1 and api_key_id = $2
      returning ${keyColumns}`,
    [wanted.userId, wanted.apiKeyId],
  );
  if (revoked === undefined) throw new NotFound('api_key');
}
