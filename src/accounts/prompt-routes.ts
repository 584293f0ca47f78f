import { z } from 'zod';
import type { Pool } from '../lib/db.ts';
import { Id, Name, Text } from '../lib/http/fields.ts';
import { PageQuery, pageSchema, readCursor, toPage } from '../lib/http/page.ts';
import { type Route, tenantRoute } from '../lib/http/route.ts';
import type { NewId } from '../lib/ids.ts';
import { asTenant } from '../lib/tenant.ts';
import {
  addPromptVersion,
  createPrompt,
  getPrompt,
  listPrompts,
  listPromptVersions,
  Prompt,
} from './prompts.ts';

export type PromptRouteDeps = { app: Pool; newId: NewId; defaultModel: string };

const tag = 'Prompts';
const params = z.object({ promptId: Id });
const Version = z.coerce.number().int().min(1).max(2_147_483_647);
const notFound = { status: 404, code: 'prompt.not_found', when: 'there is no such prompt' };

/** What agents are told to do, in versions that never change. */
export function promptRoutes(deps: PromptRouteDeps): Route[] {
  const body = z.strictObject({
    instructions: Text({ min: 1, max: 200_000 }),
    model: Name(100).default(deps.defaultModel),
    temperature: z.number().min(0).max(2).nullable().optional(),
    maxOutputTokens: z.number().int().min(1).max(1_000_000).nullable().optional(),
  });
  return [
    tenantRoute({
      method: 'post',
      path: '/prompts',
      tag,
      summary: 'Make a prompt; this is its version 1',
      status: 201,
      body,
      answer: Prompt,
      handle: ({ userId, body: text }) =>
        asTenant(deps.app, userId, (tx) => createPrompt(tx, { newId: deps.newId, userId, text })),
    }),
    tenantRoute({
      method: 'post',
      path: '/prompts/:promptId/versions',
      tag,
      summary: 'Add a version; agents use it from their next reply on',
      status: 201,
      params,
      body,
      answer: Prompt,
      problems: [notFound],
      handle: ({ userId, params: { promptId }, body: text }) =>
        asTenant(deps.app, userId, (tx) => addPromptVersion(tx, { userId, promptId, text })),
    }),
    ...readRoutes(deps.app),
  ];
}

function readRoutes(app: Pool): Route[] {
  return [
    tenantRoute({
      method: 'get',
      path: '/prompts',
      tag,
      summary: 'List prompts in their latest versions, newest first',
      status: 200,
      query: PageQuery,
      answer: pageSchema(Prompt),
      handle: async ({ userId, query: { limit, cursor } }) => {
        const before = readCursor(cursor, z.tuple([Id]))?.[0];
        const found = await asTenant(app, userId, (tx) =>
          listPrompts(tx, userId, { limit: limit + 1, before }),
        );
        return toPage(found, limit, ({ promptId }) => [promptId]);
      },
    }),
    tenantRoute({
      method: 'get',
      path: '/prompts/:promptId',
      tag,
      summary: 'Show the latest version of a prompt',
      status: 200,
      params,
      answer: Prompt,
      problems: [notFound],
      handle: ({ userId, params: { promptId } }) =>
        asTenant(app, userId, (tx) => getPrompt(tx, { userId, promptId })),
    }),
    tenantRoute({
      method: 'get',
      path: '/prompts/:promptId/versions',
      tag,
      summary: 'List the versions of a prompt, newest first',
      status: 200,
      params,
      query: PageQuery,
      answer: pageSchema(Prompt),
      problems: [notFound],
      handle: async ({ userId, params: { promptId }, query: { limit, cursor } }) => {
        const before = readCursor(cursor, z.tuple([z.number().int()]))?.[0];
        const found = await asTenant(app, userId, async (tx) => {
          await getPrompt(tx, { userId, promptId });
          return await listPromptVersions(tx, { userId, promptId, limit: limit + 1, before });
        });
        return toPage(found, limit, ({ version }) => [version]);
      },
    }),
    tenantRoute({
      method: 'get',
      path: '/prompts/:promptId/versions/:version',
      tag,
      summary: 'Show one version of a prompt',
      status: 200,
      params: z.object({ promptId: Id, version: Version }),
      answer: Prompt,
      problems: [
        { status: 404, code: 'prompt_version.not_found', when: 'there is no such version' },
      ],
      handle: ({ userId, params: { promptId, version } }) =>
        asTenant(app, userId, (tx) => getPrompt(tx, { userId, promptId, version })),
    }),
  ];
}
