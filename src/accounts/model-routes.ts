import { z } from 'zod';
import type { Pool } from '../lib/db.ts';
import { Name, QueryFlag, Text } from '../lib/http/fields.ts';
import { pageFields, pageSchema, readCursor, toPage } from '../lib/http/page.ts';
import { adminRoute, eitherRoute, type Route } from '../lib/http/route.ts';
import { AiModel, addModel, changeModel, listModels } from './models.ts';

const tag = 'Models';
/** As providers name them: letters, digits and signs, also the slash of an aggregator's ids. */
const ModelId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,99}$/, 'is no model id');
const Dollars = z.number().min(0).max(99_999_999).nullable();
const Tokens = z.number().int().min(1).max(2_147_483_647).nullable();

const facts = {
  provider: Name(50),
  name: Name(),
  modelType: z.enum(['chat', 'call', 'both']),
  description: Text({ max: 2_000 }).nullable(),
  supportsFunctionCalling: z.boolean(),
  supportsVision: z.boolean(),
  supportsStreaming: z.boolean(),
  contextWindow: Tokens,
  maxOutputTokens: Tokens,
  costPer1mInputTokens: Dollars.meta({ description: 'US dollars; null when nobody knows' }),
  costPer1mCachedInputTokens: Dollars.meta({ description: 'US dollars; null: as other input' }),
  costPer1mOutputTokens: Dollars.meta({ description: 'US dollars; null when nobody knows' }),
  isActive: z.boolean(),
  shutdownAt: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .nullable(),
};
const ModelChange = z.strictObject(facts).partial();
const NewModel = ModelChange.extend({
  modelId: ModelId,
  provider: facts.provider,
  name: facts.name,
});

/** The models that the installation knows: what they cost, and until when they are there. */
export function modelRoutes({ app, admin }: { app: Pool; admin: Pool }): Route[] {
  return [
    eitherRoute({
      method: 'get',
      path: '/models',
      tag,
      summary: 'List models with their prices and their ends; others work too, at an unknown cost',
      status: 200,
      query: z.strictObject({ ...pageFields, isActive: QueryFlag.optional() }),
      answer: pageSchema(AiModel),
      handle: async ({ query: { limit, cursor, isActive } }) => {
        const after = readCursor(cursor, z.tuple([ModelId]))?.[0];
        const found = await listModels(app, { limit: limit + 1, after, isActive });
        return toPage(found, limit, ({ modelId }) => [modelId]);
      },
    }),
    adminRoute({
      method: 'post',
      path: '/models',
      tag,
      summary: 'Make a model known',
      status: 201,
      body: NewModel,
      answer: AiModel,
      problems: [{ status: 409, code: 'model.known', when: 'the model is known already' }],
      handle: ({ body }) => addModel(admin, body),
    }),
    adminRoute({
      method: 'patch',
      path: '/models/:modelId',
      tag,
      summary: 'Change what is known of a model; what was used before is priced anew',
      status: 200,
      params: z.object({ modelId: ModelId }),
      body: ModelChange,
      answer: AiModel,
      problems: [{ status: 404, code: 'model.not_found', when: 'there is no such model' }],
      handle: ({ params: { modelId }, body }) => changeModel(admin, modelId, body),
    }),
  ];
}
