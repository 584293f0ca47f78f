import { z } from 'zod';
import { type Db, maybeRow, oneRow, rows, violates } from '../lib/db.ts';
import { Timestamp } from '../lib/http/fields.ts';
import { NotFound } from '../lib/http/http-errors.ts';
import { PhoneNumberTaken } from './phone-number-errors.ts';

/** The platforms that customers can write from. */
export const PlatformName = z.enum(['whatsapp', 'instagram', 'webchat']);

/** A tenant's own account on a channel, without its token. */
export const PhoneNumber = z.object({
  id: z.string(),
  platform: PlatformName,
  metaPhoneNumberId: z.string(),
  displayName: z.string().nullable(),
  messagesPerSecond: z.number().int().nullable(),
  health: z.enum(['ok', 'needs_attention']),
  healthReason: z.string().nullable(),
  healthChangedAt: Timestamp.nullable(),
  tokenExpiresAt: Timestamp.nullable().meta({
    description: 'Null for a token without an end, or of which nobody has told us the end yet',
  }),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type PhoneNumber = z.infer<typeof PhoneNumber>;

const numberColumns = `id, platform, meta_phone_number_id as "metaPhoneNumberId",
  display_name as "displayName", messages_per_second as "messagesPerSecond", health,
  health_reason as "healthReason", health_changed_at as "healthChangedAt",
  token_expires_at as "tokenExpiresAt",
  created_at as "createdAt", updated_at as "updatedAt"`;

/** A token that was proven just now. Times are from now, in milliseconds. */
export type ProvenToken = {
  encryptedToken: string;
  /** Null where nobody has told us. */
  tokenLivesForMs: number | null;
  /** When to look after it first; null: never. */
  lookInMs: number | null;
};

export type NewPhoneNumber = ProvenToken & {
  id: string;
  userId: string;
  platform: z.infer<typeof PlatformName>;
  metaPhoneNumberId: string;
  displayName: string | null;
  messagesPerSecond: number | null;
};

/** Stores an account that was proven to be the tenant's. Throws PhoneNumberTaken. */
export async function insertPhoneNumber(tx: Db, given: NewPhoneNumber): Promise<PhoneNumber> {
  try {
    return await oneRow(
      tx,
      PhoneNumber,
      `insert into phone_numbers
         (id, user_id, platform, meta_phone_number_id, access_token, display_name,
          messages_per_second, token_expires_at, token_look_at, token_refreshed_at)
       values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8 / 1000.0),
               now() + make_interval(secs => $9 / 1000.0), now())
       returning ${numberColumns}`,
      [
        given.id,
        given.userId,
        given.platform,
        given.metaPhoneNumberId,
        given.encryptedToken,
        given.displayName,
        given.messagesPerSecond,
        given.tokenLivesForMs,
        given.lookInMs,
      ],
    );
  } catch (error) {
    if (
      violates(error, 'phone_numbers_platform_meta_phone_number_id_key') ||
      violates(error, 'phone_numbers_user_id_meta_phone_number_id_platform_key')
    ) {
      throw phoneNumberTaken();
    }
    throw error;
  }
}

/** Throws PhoneNumberTaken if anybody in the installation has this account. `admin` sees all tenants' accounts. */
export async function requireFreeAccount(
  admin: Db,
  account: { platform: string; metaPhoneNumberId: string },
): Promise<void> {
  const taken = await maybeRow(
    admin,
    z.object({}),
    'select from phone_numbers where platform = $1 and meta_phone_number_id = $2',
    [account.platform, account.metaPhoneNumberId],
  );
  if (taken !== undefined) throw phoneNumberTaken();
}

/** A tenant's own number on a platform, by the provider's id of it. */
export async function findOwnNumber(
  tx: Db,
  own: { userId: string; platform: string; metaPhoneNumberId: string },
): Promise<string | undefined> {
  const found = await maybeRow(
    tx,
    z.object({ id: z.string() }),
    `select id from phone_numbers
      where user_id = $1 and platform = $2 and meta_phone_number_id = $3`,
    [own.userId, own.platform, own.metaPhoneNumberId],
  );
  return found?.id;
}

/** Newest first. */
export function listPhoneNumbers(
  tx: Db,
  userId: string,
  page: { limit: number; before?: string | undefined },
): Promise<PhoneNumber[]> {
  return rows(
    tx,
    PhoneNumber,
    `select ${numberColumns} from phone_numbers
      where user_id = $1 and ($2::text is null or id < $2)
      order by id desc
      limit $3`,
    [userId, page.before ?? null, page.limit],
  );
}

/** Throws NotFound. */
export async function getPhoneNumber(tx: Db, userId: string, id: string): Promise<PhoneNumber> {
  const number = await maybeRow(
    tx,
    PhoneNumber,
    `select ${numberColumns} from phone_numbers where user_id = $1 and id = $2`,
    [userId, id],
  );
  if (number === undefined) throw new NotFound('phone_number');
  return number;
}

export type PhoneNumberChange = {
  displayName?: string | null | undefined;
  messagesPerSecond?: number | null | undefined;
  /** The account is well again then. */
  token?: ProvenToken | undefined;
};

/** Changes what is given. Throws NotFound. */
export async function updatePhoneNumber(
  tx: Db,
  wanted: { userId: string; id: string },
  change: PhoneNumberChange,
): Promise<PhoneNumber> {
  const number = await maybeRow(
    tx,
    PhoneNumber,
    `update phone_numbers
        set display_name = case when $3 then $4 else display_name end,
            messages_per_second = case when $5 then $6 else messages_per_second end,
            access_token = coalesce($7, access_token),
            health_changed_at = case when $7::text is not null and health <> 'ok' then now()
              else health_changed_at end,
            health = case when $7::text is not null then 'ok' else health end,
            health_reason = case when $7::text is not null then null else health_reason end,
            token_expires_at = case when $7::text is not null
              then now() + make_interval(secs => $8 / 1000.0) else token_expires_at end,
            token_look_at = case when $7::text is not null
              then now() + make_interval(secs => $9 / 1000.0) else token_look_at end,
            token_refreshed_at = case when $7::text is not null then now()
              else token_refreshed_at end,
            token_lease_until = case when $7::text is null then token_lease_until end,
            token_attempts = case when $7::text is null then token_attempts else 0 end
      where user_id = $1 and id = $2
      returning ${numberColumns}`,
    [
      wanted.userId,
      wanted.id,
      change.displayName !== undefined,
      change.displayName ?? null,
      change.messagesPerSecond !== undefined,
      change.messagesPerSecond ?? null,
      change.token?.encryptedToken ?? null,
      change.token?.tokenLivesForMs ?? null,
      change.token?.lookInMs ?? null,
    ],
  );
  if (number === undefined) throw new NotFound('phone_number');
  return number;
}

function phoneNumberTaken(): PhoneNumberTaken {
  return new PhoneNumberTaken('This account is registered in this installation already.');
}
