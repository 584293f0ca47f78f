import { z } from 'zod';
import type { Pool } from '../lib/db.ts';
import { Id, Name } from '../lib/http/fields.ts';
import { PageQuery, pageSchema, readCursor, toPage } from '../lib/http/page.ts';
import { type Route, tenantRoute } from '../lib/http/route.ts';
import type { NewId } from '../lib/ids.ts';
import { asTenant } from '../lib/tenant.ts';
import { AgentSettings } from './agent-settings.ts';
import { Agent, createAgent, getAgent, listAgents, updateAgent } from './agents.ts';

export type AgentRouteDeps = { app: Pool; newId: NewId };

const tag = 'Agents';
const params = z.object({ agentId: Id });
const notFound = { status: 404, code: 'agent.not_found', when: 'there is no such agent' };

/** Who answers, on which number, and how. */
export function agentRoutes({ app, newId }: AgentRouteDeps): Route[] {
  return [
    tenantRoute({
      method: 'post',
      path: '/agents',
      tag,
      summary: 'Let an agent answer on a phone number',
      status: 201,
      body: z.strictObject({
        phoneNumberId: Id,
        promptId: Id,
        name: Name(),
        settings: AgentSettings.default({}),
      }),
      answer: Agent,
      problems: [
        { status: 404, code: 'phone_number.not_found', when: 'there is no such phone number' },
        { status: 404, code: 'prompt.not_found', when: 'there is no such prompt' },
        { status: 409, code: 'agent.phone_number_taken', when: 'the phone number has an agent' },
      ],
      handle: ({ userId, body: agent }) =>
        asTenant(app, userId, (tx) => createAgent(tx, { newId, userId, agent })),
    }),
    tenantRoute({
      method: 'get',
      path: '/agents',
      tag,
      summary: 'List agents, newest first',
      status: 200,
      query: PageQuery,
      answer: pageSchema(Agent),
      handle: async ({ userId, query: { limit, cursor } }) => {
        const before = readCursor(cursor, z.tuple([Id]))?.[0];
        const found = await asTenant(app, userId, (tx) =>
          listAgents(tx, userId, { limit: limit + 1, before }),
        );
        return toPage(found, limit, ({ agentId }) => [agentId]);
      },
    }),
    tenantRoute({
      method: 'get',
      path: '/agents/:agentId',
      tag,
      summary: 'Show an agent',
      status: 200,
      params,
      answer: Agent,
      problems: [notFound],
      handle: ({ userId, params: { agentId } }) =>
        asTenant(app, userId, (tx) => getAgent(tx, userId, agentId)),
    }),
    tenantRoute({
      method: 'patch',
      path: '/agents/:agentId',
      tag,
      summary: 'Change an agent; settings replaces all of its settings',
      status: 200,
      params,
      body: z.strictObject({
        promptId: Id.optional(),
        name: Name().optional(),
        settings: AgentSettings.optional(),
        isActive: z.boolean().optional(),
      }),
      answer: Agent,
      problems: [
        notFound,
        { status: 404, code: 'prompt.not_found', when: 'there is no such prompt' },
      ],
      handle: ({ userId, params: { agentId }, body }) =>
        asTenant(app, userId, (tx) => updateAgent(tx, { userId, agentId }, body)),
    }),
  ];
}
