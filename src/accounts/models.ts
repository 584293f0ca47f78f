import { z } from 'zod';
import { type Db, maybeRow, oneRow, rows, violates } from '../lib/db.ts';
import { Timestamp } from '../lib/http/fields.ts';
import { NotFound } from '../lib/http/http-errors.ts';
import { ModelKnown } from './account-errors.ts';

/** What the installation knows of a model. Prices are US dollars for a million tokens; null: nobody knows. */
export const AiModel = z.object({
  modelId: z.string(),
  provider: z.string(),
  name: z.string(),
  modelType: z.enum(['chat', 'call', 'both']),
  description: z.string().nullable(),
  supportsFunctionCalling: z.boolean(),
  supportsVision: z.boolean(),
  supportsStreaming: z.boolean(),
  contextWindow: z.number().int().nullable(),
  maxOutputTokens: z.number().int().nullable(),
  costPer1mInputTokens: z.number().nullable(),
  costPer1mCachedInputTokens: z.number().nullable(),
  costPer1mOutputTokens: z.number().nullable(),
  isActive: z.boolean(),
  /** When its provider switches it off. */
  shutdownAt: Timestamp.nullable(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type AiModel = z.infer<typeof AiModel>;

/** What an admin may say of a model; null where nobody knows, or it does not end. */
export type ModelFacts = {
  provider?: string | undefined;
  name?: string | undefined;
  modelType?: AiModel['modelType'] | undefined;
  description?: string | null | undefined;
  supportsFunctionCalling?: boolean | undefined;
  supportsVision?: boolean | undefined;
  supportsStreaming?: boolean | undefined;
  contextWindow?: number | null | undefined;
  maxOutputTokens?: number | null | undefined;
  costPer1mInputTokens?: number | null | undefined;
  costPer1mCachedInputTokens?: number | null | undefined;
  costPer1mOutputTokens?: number | null | undefined;
  isActive?: boolean | undefined;
  shutdownAt?: Date | null | undefined;
};

const modelColumns = `model_id as "modelId", provider, name, model_type as "modelType", description,
  supports_function_calling as "supportsFunctionCalling", supports_vision as "supportsVision",
  supports_streaming as "supportsStreaming", context_window as "contextWindow",
  max_output_tokens as "maxOutputTokens",
  cost_per_1m_input_tokens::float8 as "costPer1mInputTokens",
  cost_per_1m_cached_input_tokens::float8 as "costPer1mCachedInputTokens",
  cost_per_1m_output_tokens::float8 as "costPer1mOutputTokens", is_active as "isActive",
  shutdown_at as "shutdownAt", created_at as "createdAt", updated_at as "updatedAt"`;

/** The same for all tenants, by their ids. */
export function listModels(
  db: Db,
  wanted: { limit: number; after: string | undefined; isActive: boolean | undefined },
): Promise<AiModel[]> {
  return rows(
    db,
    AiModel,
    `select ${modelColumns} from ai_models
      where ($1::text is null or model_id > $1) and ($2::boolean is null or is_active = $2)
      order by model_id
      limit $3`,
    [wanted.after ?? null, wanted.isActive ?? null, wanted.limit],
  );
}

/** Makes a model known. Throws ModelKnown. */
export async function addModel(
  admin: Db,
  given: ModelFacts & { modelId: string; provider: string; name: string },
): Promise<AiModel> {
  const { modelId, ...facts } = given;
  const { names, values } = columnsOf(facts);
  try {
    return await oneRow(
      admin,
      AiModel,
      `insert into ai_models (model_id, ${names.join(', ')})
       values ($1, ${names.map((_, index) => `$${index + 2}`).join(', ')})
       returning ${modelColumns}`,
      [modelId, ...values],
    );
  } catch (error) {
    if (violates(error, 'ai_models_pkey')) throw new ModelKnown('This model is known already.');
    throw error;
  }
}

/** Changes what is given; what was used before is priced anew. Throws NotFound. */
export async function changeModel(
  admin: Db,
  modelId: string,
  change: ModelFacts,
): Promise<AiModel> {
  const { names, values } = columnsOf(change);
  const settings = names.map((name, index) => `, ${name} = $${index + 2}`).join('');
  const model = await maybeRow(
    admin,
    AiModel,
    `update ai_models set updated_at = now()${settings} where model_id = $1
     returning ${modelColumns}`,
    [modelId, ...values],
  );
  if (model === undefined) throw new NotFound('model');
  return model;
}

const columns = {
  provider: 'provider',
  name: 'name',
  modelType: 'model_type',
  description: 'description',
  supportsFunctionCalling: 'supports_function_calling',
  supportsVision: 'supports_vision',
  supportsStreaming: 'supports_streaming',
  contextWindow: 'context_window',
  maxOutputTokens: 'max_output_tokens',
  costPer1mInputTokens: 'cost_per_1m_input_tokens',
  costPer1mCachedInputTokens: 'cost_per_1m_cached_input_tokens',
  costPer1mOutputTokens: 'cost_per_1m_output_tokens',
  isActive: 'is_active',
  shutdownAt: 'shutdown_at',
} satisfies Record<keyof ModelFacts, string>;

/** The columns of the facts that are given; a null is given too. */
function columnsOf(facts: ModelFacts): { names: string[]; values: unknown[] } {
  const known = new Map(Object.entries(columns));
  const given = Object.entries(facts).flatMap(([field, value]) => {
    const name = known.get(field);
    return name === undefined || value === undefined ? [] : [{ name, value }];
  });
  return { names: given.map(({ name }) => name), values: given.map(({ value }) => value) };
}
