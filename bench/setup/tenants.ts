import type pg from 'pg';
import type { Vault } from '../../src/lib/encryption.ts';
import { newId } from '../../src/lib/ids.ts';

/** A tenant with one number and one agent; customers write to `accountId`, which is the key of a web chat. */
export type BenchTenant = { userId: string; accountId: string; agentId: string };

/** The channel on which all of a database's tenants are written to. */
export type BenchPlatform = 'whatsapp' | 'webchat';

/** Stores tenants whose limits are never reached: credits for 100 million replies, any rate of sends. */
export async function arrangeTenants(
  owner: pg.Client,
  vault: Vault,
  { count, platform }: { count: number; platform: BenchPlatform },
): Promise<BenchTenant[]> {
  const tenants: BenchTenant[] = [];
  for (let n = 0; n < count; n += 1) {
    tenants.push(await arrangeTenant(owner, vault, { n, platform }));
  }
  return tenants;
}

async function arrangeTenant(
  owner: pg.Client,
  vault: Vault,
  { n, platform }: { n: number; platform: BenchPlatform },
): Promise<BenchTenant> {
  const userId = newId('usr');
  const agentId = newId('agt');
  const accountId = String(900_100_200_300_000 + n);
  const [numberId, promptId] = [newId('phn'), newId('prm')];
  await owner.query('insert into users (user_id, email, company_name) values ($1, $2, $3)', [
    userId,
    `${userId}@example.com`,
    'Example',
  ]);
  await owner.query(
    `insert into phone_numbers
       (id, user_id, platform, meta_phone_number_id, access_token, messages_per_second)
     values ($1, $2, $5, $3, $4, 100000)`,
    [numberId, userId, accountId, vault.encrypt('bench-token', numberId), platform],
  );
  await owner.query('insert into prompts (prompt_id, user_id) values ($1, $2)', [promptId, userId]);
  await owner.query(
    `insert into prompt_versions (prompt_id, version, user_id, instructions, model)
     values ($1, 1, $2, 'Answer kindly.', 'bench-model')`,
    [promptId, userId],
  );
  await owner.query(
    `insert into agents (agent_id, user_id, phone_number_id, prompt_id, name)
     values ($1, $2, $3, $4, 'Agent')`,
    [agentId, userId, numberId, promptId],
  );
  const credits = 100_000_000;
  await owner.query('insert into credits (user_id, remaining_credits) values ($1, $2)', [
    userId,
    credits,
  ]);
  await owner.query(
    `insert into credit_transactions (credit_transaction_id, user_id, credits, kind, reason)
     values ($1, $2, $3, 'top_up', 'top-up:bench')`,
    [newId('crt'), userId, credits],
  );
  return { userId, accountId, agentId };
}
