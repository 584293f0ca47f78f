import { startSimulators } from '../../simulators/start.ts';
import { BadConfiguration, type Config } from '../config/config.ts';
import type { LanguageModel } from '../llm/language-model.ts';
import { openaiModel } from '../llm/openai.ts';

/** The model to evaluate; `isSimulated` when what comes out says nothing about any real one. */
export type OpenModel = { model: LanguageModel; isSimulated: boolean; close(): Promise<void> };

/**
 * Opens the real model when there is a key for it and it is not to be simulated, else the simulator.
 * Throws BadConfiguration when there is no key and no simulator is wanted.
 */
export async function openModel({ openai, simulate }: Config, now: () => Date): Promise<OpenModel> {
  const settings = {
    timeoutMs: openai.timeoutMs,
    transcriptionModel: openai.transcriptionModel,
    now,
  };
  if (openai.apiKey !== undefined && simulate !== 'all') {
    const baseUrl = openai.baseUrl ?? 'https://api.openai.com/v1';
    const model = openaiModel({ ...settings, apiKey: openai.apiKey, baseUrl });
    return { model, isSimulated: false, close: () => model.close() };
  }
  if (simulate === 'none') {
    throw new BadConfiguration(
      'OPENAI_API_KEY is needed, because SIMULATE=none wants no simulator',
    );
  }
  // Nothing of WhatsApp is asked of it, so these two are never used.
  const simulators = await startSimulators({
    webhookUrl: 'http://127.0.0.1/unused',
    appSecret: 'unused',
    record: 'count',
  });
  const model = openaiModel({
    ...settings,
    apiKey: 'simulated',
    baseUrl: simulators.openaiBaseUrl,
  });
  return {
    model,
    isSimulated: true,
    async close() {
      await model.close();
      await simulators.close();
    },
  };
}
