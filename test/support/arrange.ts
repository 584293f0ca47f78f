import type { Pool } from '../../src/lib/db.ts';
import { newId } from '../../src/lib/ids.ts';
import { testVault } from './test-vault.ts';

/** A tenant with one number, on WhatsApp unless said otherwise, and one agent, stored straight into the database. */
export type Tenant = {
  userId: string;
  phoneNumberId: string;
  /** The provider's id of the number. */
  accountId: string;
  agentId: string;
  promptId: string;
};

let accounts = 0;

/** Makes what a test does not mention. `credits` is the opening balance, as a top-up in the ledger. */
export async function arrangeTenant(
  owner: Pool,
  options: {
    credits?: number;
    settings?: object;
    accountId?: string;
    messagesPerSecond?: number;
    platform?: 'whatsapp' | 'instagram' | 'webchat';
    accessToken?: string;
  } = {},
): Promise<Tenant> {
  accounts += 1;
  const tenant: Tenant = {
    userId: newId('usr'),
    phoneNumberId: newId('phn'),
    accountId: options.accountId ?? `${100_000 + accounts}${process.pid}`,
    agentId: newId('agt'),
    promptId: newId('prm'),
  };
  const credits = options.credits ?? 1_000;
  await owner.query('insert into users (user_id, email, company_name) values ($1, $2, $3)', [
    tenant.userId,
    `${tenant.userId}@example.com`,
    'Example',
  ]);
  await owner.query(
    `insert into phone_numbers
       (id, user_id, platform, meta_phone_number_id, access_token, messages_per_second)
     values ($1, $2, $6, $3, $4, $5)`,
    [
      tenant.phoneNumberId,
      tenant.userId,
      tenant.accountId,
      testVault.encrypt(options.accessToken ?? 'token', tenant.phoneNumberId),
      options.messagesPerSecond ?? null,
      options.platform ?? 'whatsapp',
    ],
  );
  await owner.query('insert into prompts (prompt_id, user_id) values ($1, $2)', [
    tenant.promptId,
    tenant.userId,
  ]);
  await owner.query(
    `insert into prompt_versions (prompt_id, version, user_id, instructions, model)
     values ($1, 1, $2, 'Answer kindly.', 'test-model')`,
    [tenant.promptId, tenant.userId],
  );
  await owner.query(
    `insert into agents (agent_id, user_id, phone_number_id, prompt_id, name, settings)
     values ($1, $2, $3, $4, 'Agent', $5)`,
    [tenant.agentId, tenant.userId, tenant.phoneNumberId, tenant.promptId, options.settings ?? {}],
  );
  await owner.query('insert into credits (user_id, remaining_credits) values ($1, $2)', [
    tenant.userId,
    credits,
  ]);
  if (credits > 0) {
    await owner.query(
      `insert into credit_transactions (credit_transaction_id, user_id, credits, kind, reason)
       values ($1, $2, $3, 'top_up', 'top-up:arranged')`,
      [newId('crt'), tenant.userId, credits],
    );
  }
  return tenant;
}
