import { z } from 'zod';
import { type Db, oneRow } from '../../lib/db.ts';
import type { NewId } from '../../lib/ids.ts';
import type { ModelUsage } from '../../llm/language-model.ts';
import type { LeadRef } from '../store-lead.ts';

/** Records what reading a conversation took of the model; answers its cost in US dollars, null where the price is unknown. */
export async function recordUsage(
  tx: Db,
  newId: NewId,
  used: LeadRef & { model: string; usage: ModelUsage },
): Promise<number | null> {
  const { inputTokens, cachedInputTokens, outputTokens } = used.usage;
  const { costUsd } = await oneRow(
    tx,
    z.object({ costUsd: z.number().nullable() }),
    `with usage as (
       insert into model_usage
         (model_usage_id, user_id, conversation_id, purpose, model, input_tokens, cached_input_tokens,
          output_tokens)
       values ($1, $2, $3, 'extraction', $4, $5, $6, $7)
     )
     select usage_cost_usd($4, $5, $6, $7)::float8 as "costUsd"`,
    [
      newId('use'),
      used.userId,
      used.conversationId,
      used.model,
      inputTokens,
      cachedInputTokens,
      outputTokens,
    ],
  );
  return costUsd;
}
