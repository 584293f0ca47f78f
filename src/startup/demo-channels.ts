import { z } from 'zod';
import { type Db, maybeRow, type Pool, rows } from '../lib/db.ts';
import type { Vault } from '../lib/encryption.ts';
import type { NewId } from '../lib/ids.ts';
import { asTenant } from '../lib/tenant.ts';
import { type DemoPlace, demoBusiness, demoPlaces } from './demo-business.ts';

export type DemoChannelDeps = { vault: Vault; newId: NewId; model: string };

/** Where the demo business can be written to now: its agent is there and answers. */
export type DemoChannel = Pick<DemoPlace, 'platform' | 'accountId' | 'customer'> & {
  agentId: string;
  agentName: string;
  /** What the number was registered with. */
  accessToken: string;
};

/**
 * Gives the demo tenant the numbers and agents that it never had. One that is there stays as it is, also when somebody
 * changed it or switched its agent off; an account that another tenant has stays theirs.
 */
export async function addMissingChannels(
  tx: Db,
  deps: DemoChannelDeps,
  userId: string,
): Promise<void> {
  const known = await rows(
    tx,
    z.object({ platform: z.string() }),
    `select platform from phone_numbers where user_id = $1`,
    [userId],
  );
  const missing = demoPlaces.filter((place) =>
    known.every(({ platform }) => platform !== place.platform),
  );
  if (missing.length === 0) return;
  const promptId = (await promptInUse(tx, userId)) ?? (await addPrompt(tx, deps, userId));
  for (const place of missing) await addChannel(tx, deps, { userId, promptId, place });
}

/** The oldest agent's: the business says the same everywhere. */
async function promptInUse(tx: Db, userId: string): Promise<string | undefined> {
  const agent = await maybeRow(
    tx,
    z.object({ promptId: z.string() }),
    `select prompt_id as "promptId" from agents
      where user_id = $1
      order by created_at, agent_id
      limit 1`,
    [userId],
  );
  return agent?.promptId;
}

async function addPrompt(tx: Db, deps: DemoChannelDeps, userId: string): Promise<string> {
  const promptId = deps.newId('prm');
  await tx.query(`insert into prompts (prompt_id, user_id) values ($1, $2)`, [promptId, userId]);
  await tx.query(
    `insert into prompt_versions (prompt_id, version, user_id, instructions, model)
     values ($1, 1, $2, $3, $4)`,
    [promptId, userId, demoBusiness.instructions, deps.model],
  );
  return promptId;
}

async function addChannel(
  tx: Db,
  { vault, newId }: DemoChannelDeps,
  { userId, promptId, place }: { userId: string; promptId: string; place: DemoPlace },
): Promise<void> {
  const id = newId('phn');
  const token = vault.encrypt(tokenFor(place, vault), id);
  const added = await maybeRow(
    tx,
    z.object({ id: z.string() }),
    `insert into phone_numbers (id, user_id, platform, meta_phone_number_id, access_token, display_name)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (platform, meta_phone_number_id) do nothing
     returning id`,
    [id, userId, place.platform, place.accountId, token, place.displayName],
  );
  if (added === undefined) return;
  await tx.query(
    `insert into agents (agent_id, user_id, phone_number_id, prompt_id, name, settings)
     values ($1, $2, $3, $4, $5, $6)`,
    [newId('agt'), userId, id, promptId, demoBusiness.agentName, JSON.stringify(place.settings)],
  );
}

/** The web chat's signs who its visitor is, so it must be a secret; the others are only seen by simulators. */
function tokenFor({ platform }: DemoPlace, vault: Vault): string {
  return platform === 'webchat' ? vault.derive('demo visitors of the web chat') : 'demo-token';
}

const ChannelRow = z.object({
  id: z.string(),
  platform: z.string(),
  accountId: z.string(),
  accessToken: z.string(),
  agentId: z.string(),
  agentName: z.string(),
});

/** The demo business's channels as they are now, in the order of the start page. */
export async function readDemoChannels(
  { app, vault }: { app: Pool; vault: Vault },
  userId: string,
): Promise<DemoChannel[]> {
  const found = await asTenant(app, userId, (tx) =>
    rows(
      tx,
      ChannelRow,
      `select p.id, p.platform, p.meta_phone_number_id as "accountId",
              p.access_token as "accessToken", a.agent_id as "agentId", a.name as "agentName"
         from phone_numbers p
         join agents a on a.user_id = p.user_id and a.phone_number_id = p.id and a.is_active
        where p.user_id = $1`,
      [userId],
    ),
  );
  return demoPlaces.flatMap(({ platform, accountId, customer }) => {
    const row = found.find((one) => one.platform === platform && one.accountId === accountId);
    if (row === undefined) return [];
    const { id, accessToken, agentId, agentName } = row;
    const token = vault.decrypt(accessToken, id);
    return [{ platform, accountId, customer, agentId, agentName, accessToken: token }];
  });
}
