import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { ModelUsage } from '../llm/language-model.ts';

/** What a model costs, in US dollars for a million tokens. */
const Price = z.strictObject({
  input: z.number().min(0),
  /** Null: what is read from the cache costs as much as the rest. */
  cachedInput: z.number().min(0).nullable(),
  output: z.number().min(0),
});
export type Price = z.infer<typeof Price>;

/** By the name that the model is asked for. The same as the table `ai_models` begins with, which a test holds. */
export type Prices = Record<string, Price>;

/** Reads the prices that come with the evaluations. */
export async function readPrices(): Promise<Prices> {
  const path = new URL('../../evaluations/prices.json', import.meta.url);
  const value: unknown = JSON.parse(await readFile(path, 'utf8'));
  return z.record(z.string(), Price).parse(value);
}

/** What the tokens cost; null without a price. */
export function costUsd(usage: ModelUsage, price: Price | undefined): number | null {
  if (price === undefined) return null;
  const { inputTokens, cachedInputTokens, outputTokens } = usage;
  const fresh = Math.max(0, inputTokens - cachedInputTokens);
  const cached = cachedInputTokens * (price.cachedInput ?? price.input);
  return (fresh * price.input + cached + outputTokens * price.output) / 1_000_000;
}
