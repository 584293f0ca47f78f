import type { Pool } from '../../src/lib/db.ts';
import { newId } from '../../src/lib/ids.ts';
import type { Tenant } from './arrange.ts';
import { testVault } from './test-vault.ts';

/** Gives a tenant a second number with an agent of its own; answers the provider's id of the number. */
export async function arrangeSecondNumber(owner: Pool, tenant: Tenant): Promise<string> {
  const accountId = `${tenant.accountId}2`;
  const phoneNumberId = newId('phn');
  await owner.query(
    `insert into phone_numbers (id, user_id, platform, meta_phone_number_id, access_token)
     values ($1, $2, 'whatsapp', $3, $4)`,
    [phoneNumberId, tenant.userId, accountId, testVault.encrypt('token', phoneNumberId)],
  );
  await owner.query(
    `insert into agents (agent_id, user_id, phone_number_id, prompt_id, name)
     values ($1, $2, $3, $4, 'Second')`,
    [newId('agt'), tenant.userId, phoneNumberId, tenant.promptId],
  );
  return accountId;
}
