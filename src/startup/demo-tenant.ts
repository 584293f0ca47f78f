import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Db, maybeRow, oneRow, type Pool } from '../lib/db.ts';
import { asTenant } from '../lib/tenant.ts';
import { defaultRules } from '../notifications/targets/rules.ts';
import { readTargetAddress } from '../notifications/targets/target-address.ts';
import { insertTarget } from '../notifications/targets/targets.ts';
import { addMissingProfiles } from './demo-availability.ts';
import { demoBusiness } from './demo-business.ts';
import { addMissingChannels, type DemoChannelDeps } from './demo-channels.ts';

/** The tenant that a new database begins with while providers are simulated. */
export type DemoTenant = { userId: string; apiKey: string; businessName: string };

/** `isMailSimulated`: nothing is sent to a real mail server for a business that does not exist. */
export type DemoDeps = DemoChannelDeps & { admin: Pool; app: Pool; isMailSimulated: boolean };

const UserRow = z.object({ userId: z.string() });
const CountRow = z.object({ count: z.number() });

/**
 * Finds the demo tenant, or makes it if the installation has no tenant at all; undefined if it has others only. It is
 * given the channels, the people and the profiles that it never had. Its sales team hears of leads by mail while mails are simulated, unless
 * somebody set up another target or removed this one.
 */
export async function ensureDemoTenant(deps: DemoDeps): Promise<DemoTenant | undefined> {
  const user = await findOrMakeUser(deps);
  if (user === undefined) return undefined;
  const { userId } = user;
  const apiKey = `rk_demo_${deps.vault.derive('demo api key')}`;
  await asTenant(deps.app, userId, async (tx) => {
    // Processes that start at once come here one after another.
    await tx.query('select from users where user_id = $1 for no key update', [userId]);
    // Nothing ever leaves the ledger, and the first credits come with the key.
    if ((await countOf(tx, 'credit_transactions', userId)) === 0) {
      await addKeyAndCredits(tx, deps, { userId, apiKey });
    }
    await addMissingChannels(tx, deps, userId);
    await addMissingProfiles(tx, deps, userId);
    // Also one that somebody removed, if it was ever told of something: only then is it remembered.
    if (deps.isMailSimulated && (await countOf(tx, 'notification_targets', userId)) === 0) {
      await addSalesTarget(tx, deps, userId);
    }
  });
  return { userId, apiKey, businessName: demoBusiness.name };
}

async function findOrMakeUser({
  admin,
  newId,
}: DemoDeps): Promise<z.infer<typeof UserRow> | undefined> {
  await admin.query(
    `insert into users (user_id, email, company_name)
     select $1, $2, $3 where not exists (select from users)
     on conflict (email) do nothing`,
    [newId('usr'), demoBusiness.email, `${demoBusiness.name} (demo)`],
  );
  return maybeRow(admin, UserRow, `select user_id as "userId" from users where email = $1`, [
    demoBusiness.email,
  ]);
}

async function countOf(
  tx: Db,
  table: 'credit_transactions' | 'notification_targets',
  userId: string,
): Promise<number> {
  const { count } = await oneRow(
    tx,
    CountRow,
    `select count(*)::int as count from ${table} where user_id = $1`,
    [userId],
  );
  return count;
}

async function addKeyAndCredits(
  tx: Db,
  { newId }: DemoDeps,
  { userId, apiKey }: { userId: string; apiKey: string },
): Promise<void> {
  await tx.query(
    `insert into api_keys (api_key_id, user_id, name, key_sha256) values ($1, $2, 'demo', $3)`,
    [newId('key'), userId, createHash('sha256').update(apiKey).digest()],
  );
  await tx.query(`insert into credits (user_id, remaining_credits) values ($1, 1000)`, [userId]);
  await tx.query(
    `insert into credit_transactions (credit_transaction_id, user_id, credits, kind, reason, description)
     values ($1, $2, 1000, 'top_up', 'top-up:demo', 'Credits to try rapport with')`,
    [newId('crt'), userId],
  );
}

async function addSalesTarget(tx: Db, { vault, newId }: DemoDeps, userId: string): Promise<void> {
  const { kind, name } = demoBusiness.salesTarget;
  const notificationTargetId = newId('tgt');
  const { address, shown } = readTargetAddress(kind, demoBusiness.salesTarget.address);
  await insertTarget(
    tx,
    { userId, notificationTargetId },
    {
      kind,
      name,
      address: { encrypted: vault.encrypt(address, notificationTargetId), shown },
      encryptedSecret: null,
      rules: defaultRules,
    },
  );
}
