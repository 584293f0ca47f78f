import { z } from 'zod';
import { type Db, maybeRow, oneRow, rows, violates } from '../lib/db.ts';
import { Timestamp } from '../lib/http/fields.ts';
import { NotFound } from '../lib/http/http-errors.ts';
import type { NewId } from '../lib/ids.ts';
import { PhoneNumberHasAgent } from './account-errors.ts';
import { AgentSettings } from './agent-settings.ts';

/** Who answers on a phone number, and how. */
export const Agent = z.object({
  agentId: z.string(),
  phoneNumberId: z.string(),
  promptId: z.string(),
  name: z.string(),
  settings: z.object(AgentSettings.shape),
  isActive: z.boolean(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Agent = z.infer<typeof Agent>;

const agentColumns = `agent_id as "agentId", phone_number_id as "phoneNumberId",
  prompt_id as "promptId", name, settings, is_active as "isActive", created_at as "createdAt",
  updated_at as "updatedAt"`;

export type NewAgent = {
  phoneNumberId: string;
  promptId: string;
  name: string;
  settings: AgentSettings;
};

/** Makes an agent. Throws NotFound for a number or prompt that is not this tenant's, PhoneNumberHasAgent. */
export async function createAgent(
  tx: Db,
  given: { newId: NewId; userId: string; agent: NewAgent },
): Promise<Agent> {
  const { userId, agent } = given;
  await requirePhoneNumber(tx, userId, agent.phoneNumberId);
  await requirePrompt(tx, userId, agent.promptId);
  try {
    return await oneRow(
      tx,
      Agent,
      `insert into agents (agent_id, user_id, phone_number_id, prompt_id, name, settings)
       values ($1, $2, $3, $4, $5, $6)
       returning ${agentColumns}`,
      [
        given.newId('agt'),
        userId,
        agent.phoneNumberId,
        agent.promptId,
        agent.name,
        JSON.stringify(agent.settings),
      ],
    );
  } catch (error) {
    if (violates(error, 'agents_phone_number_id_key')) {
      throw new PhoneNumberHasAgent('Another agent answers on this phone number.');
    }
    throw error;
  }
}

/** Newest first. */
export function listAgents(
  tx: Db,
  userId: string,
  page: { limit: number; before?: string | undefined },
): Promise<Agent[]> {
  return rows(
    tx,
    Agent,
    `select ${agentColumns} from agents
      where user_id = $1 and ($2::text is null or agent_id < $2)
      order by agent_id desc
      limit $3`,
    [userId, page.before ?? null, page.limit],
  );
}

/** Throws NotFound. */
export async function getAgent(tx: Db, userId: string, agentId: string): Promise<Agent> {
  const agent = await maybeRow(
    tx,
    Agent,
    `select ${agentColumns} from agents where user_id = $1 and agent_id = $2`,
    [userId, agentId],
  );
  if (agent === undefined) throw new NotFound('agent');
  return agent;
}

/** Changes what is given; `settings` replaces all settings. Throws NotFound. */
export async function updateAgent(
  tx: Db,
  wanted: { userId: string; agentId: string },
  change: {
    promptId?: string | undefined;
    name?: string | undefined;
    settings?: AgentSettings | undefined;
    isActive?: boolean | undefined;
  },
): Promise<Agent> {
  if (change.promptId !== undefined) await requirePrompt(tx, wanted.userId, change.promptId);
  const agent = await maybeRow(
    tx,
    Agent,
    `update agents
        set prompt_id = coalesce($3, prompt_id), name = coalesce($4, name),
            settings = coalesce($5, settings), is_active = coalesce($6, is_active)
      where user_id = $1 and agent_id = $2
      returning ${agentColumns}`,
    [
      wanted.userId,
      wanted.agentId,
      change.promptId ?? null,
      change.name ?? null,
      change.settings === undefined ? null : JSON.stringify(change.settings),
      change.isActive ?? null,
    ],
  );
  if (agent === undefined) throw new NotFound('agent');
  return agent;
}

async function requirePhoneNumber(tx: Db, userId: string, id: string): Promise<void> {
  const sql = 'select from phone_numbers where user_id = $1 and id = $2';
  const found = await maybeRow(tx, z.object({}), sql, [userId, id]);
  if (found === undefined) throw new NotFound('phone_number');
}

async function requirePrompt(tx: Db, userId: string, promptId: string): Promise<void> {
  const sql = 'select from prompts where user_id = $1 and prompt_id = $2';
  const found = await maybeRow(tx, z.object({}), sql, [userId, promptId]);
  if (found === undefined) throw new NotFound('prompt');
}
