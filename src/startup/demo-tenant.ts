import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AgentSettings } from '../accounts/agent-settings.ts';
import { maybeRow, oneRow, type Pool } from '../lib/db.ts';
import type { Vault } from '../lib/encryption.ts';
import type { NewId } from '../lib/ids.ts';
import { asTenant } from '../lib/tenant.ts';
import { createTarget } from '../notifications/targets/change-targets.ts';

/** The tenant that a new database begins with while providers are simulated. */
export type DemoTenant = {
  userId: string;
  apiKey: string;
  agentName: string;
  businessName: string;
  /** The provider's id of its number. */
  accountId: string;
};

/** `isMailSimulated`: nothing is sent to a real mail server for a business that does not exist. */
export type DemoDeps = {
  admin: Pool;
  app: Pool;
  vault: Vault;
  newId: NewId;
  model: string;
  isMailSimulated: boolean;
};

const demoEmail = 'demo@rapport.example';
const demoAccountId = '100000000000001';
const agentName = 'Ada';
const businessName = 'Casa Verde';
const instructions = `You are Ada, the assistant of Casa Verde, a small furniture workshop.
Answer in the customer's language, in at most three short sentences. Opening hours: Monday to Friday 9 to 18, Saturday 10 to 14.
A dining table costs from 450 euros, a chair from 90; delivery takes two weeks.
When the customer asks what something costs, or wants to order, offer the pricing link below your answer.
When the customer wants to see furniture or to visit the workshop, offer the demo link, where a visit is booked.
When the customer wants to look around by themselves, offer the website link. Offer one link at a time, and none twice in a row.
If you do not know something, or the customer asks for a person, hand over.`;
const settings: AgentSettings = {
  links: {
    pricing: 'https://casaverde.example/prices',
    demo: 'https://casaverde.example/visit',
    website: 'https://casaverde.example/',
  },
  linkLabels: { pricing: 'See prices', demo: 'Book a visit', website: 'Look around' },
};
const salesTarget = {
  kind: 'email',
  name: 'Sales',
  address: 'sales@casaverde.example',
} as const;

const UserRow = z.object({ userId: z.string() });
const CountRow = z.object({ users: z.number() });

/**
 * Finds the demo tenant, or makes it if the installation has no tenant at all; undefined if it has others only. Its
 * sales team hears of leads by mail while mails are simulated, unless somebody set up another target or removed this one.
 */
export async function ensureDemoTenant(deps: DemoDeps): Promise<DemoTenant | undefined> {
  const demo = await findOrMake(deps);
  if (demo !== undefined && deps.isMailSimulated && !(await hadTarget(deps, demo.userId))) {
    await createTarget(deps, demo.userId, salesTarget);
  }
  return demo;
}

async function findOrMake(deps: DemoDeps): Promise<DemoTenant | undefined> {
  const apiKey = `rk_demo_${deps.vault.derive('demo api key')}`;
  const known = await maybeRow(
    deps.admin,
    UserRow,
    `select user_id as "userId" from users where email = $1`,
    [demoEmail],
  );
  if (known !== undefined)
    return { ...known, apiKey, agentName, businessName, accountId: demoAccountId };
  const { users } = await oneRow(deps.admin, CountRow, 'select count(*)::int as users from users');
  if (users > 0) return undefined;
  const userId = deps.newId('usr');
  await deps.admin.query(
    `insert into users (user_id, email, company_name) values ($1, $2, $3)
     on conflict (email) do nothing`,
    [userId, demoEmail, `${businessName} (demo)`],
  );
  await seed(deps, userId, apiKey);
  return { userId, apiKey, agentName, businessName, accountId: demoAccountId };
}

/** Also one that somebody removed, if it was ever told of something: only then is it remembered. */
async function hadTarget({ app }: DemoDeps, userId: string): Promise<boolean> {
  const { targets } = await asTenant(app, userId, (tx) =>
    oneRow(
      tx,
      z.object({ targets: z.number() }),
      'select count(*)::int as targets from notification_targets where user_id = $1',
      [userId],
    ),
  );
  return targets > 0;
}

async function seed(deps: DemoDeps, userId: string, apiKey: string): Promise<void> {
  const phoneNumberId = deps.newId('phn');
  const promptId = deps.newId('prm');
  await asTenant(deps.app, userId, async (tx) => {
    await tx.query(
      `insert into api_keys (api_key_id, user_id, name, key_sha256) values ($1, $2, 'demo', $3)`,
      [deps.newId('key'), userId, createHash('sha256').update(apiKey).digest()],
    );
    await tx.query(
      `insert into phone_numbers (id, user_id, platform, meta_phone_number_id, access_token, display_name)
       values ($1, $2, 'whatsapp', $3, $4, '+1 555 010 0001')`,
      [phoneNumberId, userId, demoAccountId, deps.vault.encrypt('demo-token', phoneNumberId)],
    );
    await tx.query(`insert into prompts (prompt_id, user_id) values ($1, $2)`, [promptId, userId]);
    await tx.query(
      `insert into prompt_versions (prompt_id, version, user_id, instructions, model)
       values ($1, 1, $2, $3, $4)`,
      [promptId, userId, instructions, deps.model],
    );
    await tx.query(
      `insert into agents (agent_id, user_id, phone_number_id, prompt_id, name, settings)
       values ($1, $2, $3, $4, $5, $6)`,
      [
        deps.newId('agt'),
        userId,
        phoneNumberId,
        promptId,
        agentName,
        JSON.stringify(AgentSettings.parse(settings)),
      ],
    );
    await tx.query(`insert into credits (user_id, remaining_credits) values ($1, 1000)`, [userId]);
    await tx.query(
      `insert into credit_transactions (credit_transaction_id, user_id, credits, kind, reason, description)
       values ($1, $2, 1000, 'top_up', 'top-up:demo', 'Credits to try rapport with')`,
      [deps.newId('crt'), userId],
    );
  });
}
