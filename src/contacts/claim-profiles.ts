import { z } from 'zod';
import type { Pool } from '../lib/db.ts';
import { asTenant, queryAsTenants } from '../lib/tenant.ts';

/** A contact whose profile is wanted, by their tenant. */
export type ProfileRef = { userId: string; contactId: string };

const ClaimRow = z.object({
  userId: z.string(),
  contactId: z.string(),
  attempts: z.number(),
  address: z.string(),
  platform: z.enum(['whatsapp', 'instagram', 'webchat']),
  phoneNumberId: z.string(),
  accountId: z.string(),
  accessToken: z.string(),
});

/** A contact whose profile is ours to ask for, and by which account: addresses are known to one account only. */
export type ClaimedProfile = z.infer<typeof ClaimRow>;

const maxAttempts = 5;
const firstWaitSeconds = 60;

/**
 * Takes the contacts whose profile is due and that nobody else is asking for. Each claim puts the next one off twice as
 * far, and the last makes nothing due any more: an attempt that fails has nothing to write down.
 */
export async function claimProfiles(app: Pool, wanted: ProfileRef[]): Promise<ClaimedProfile[]> {
  const rows = await queryAsTenants(
    app,
    wanted.map(({ userId }) => userId),
    {
      name: 'claim_profiles',
      text: `
        with taken as (
          update contacts t
             set profile_attempts = t.profile_attempts + 1,
                 profile_asked_at = now(),
                 profile_due_at = case when t.profile_attempts + 1 < $3::integer
                   then now() + make_interval(secs => $4::float8 * 2 ^ t.profile_attempts) end
            from unnest($1::text[], $2::text[]) as w (user_id, contact_id)
           where t.contact_id = w.contact_id and t.user_id = w.user_id
             and t.profile_due_at <= now()
          returning t.user_id, t.contact_id, t.profile_attempts
        )
        select t.user_id as "userId", t.contact_id as "contactId", t.profile_attempts as attempts,
               c.customer_phone as address, p.platform, p.id as "phoneNumberId",
               p.meta_phone_number_id as "accountId", p.access_token as "accessToken"
          from taken t
          cross join lateral (
            select x.agent_id, x.customer_phone from conversations x
             where x.user_id = t.user_id and x.contact_id = t.contact_id
             order by x.last_message_at desc
             limit 1) c
          join agents a on a.agent_id = c.agent_id and a.user_id = t.user_id
          join phone_numbers p on p.id = a.phone_number_id and p.user_id = a.user_id
         where p.health = 'ok'`,
      values: [
        wanted.map(({ userId }) => userId),
        wanted.map(({ contactId }) => contactId),
        maxAttempts,
        firstWaitSeconds,
      ],
    },
  );
  return rows.map((row) => ClaimRow.parse(row));
}

/**
 * Writes down that there is nothing more to ask now, and what was learnt: a name only where there is none, the username
 * as it is now. Somebody who was erased meanwhile is nowhere to write it.
 */
export async function keepProfile(
  app: Pool,
  { userId, contactId }: ProfileRef,
  profile: { name?: string; username?: string },
): Promise<void> {
  await asTenant(app, userId, (tx) =>
    tx.query(
      `update contacts
          set name = coalesce(nullif(name, ''), $3), username = coalesce($4, username),
              profile_due_at = null, updated_at = now()
        where user_id = $1 and contact_id = $2`,
      [userId, contactId, profile.name ?? null, profile.username ?? null],
    ),
  );
}
