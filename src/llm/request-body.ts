import type { ModelMessage, ModelRequest, ModelTool } from './language-model.ts';
import type { OptionalParameter } from './unsupported-parameters.ts';

/** What the adapter knows of the provider: what the model does not take, and what may be replayed to it. */
export type Provider<Item> = {
  without: ReadonlySet<OptionalParameter>;
  isReplayable: (item: unknown) => item is Item;
};

/** The request as the Responses API wants it (spec 2.3.0, 2026-08). Nothing of it is stored there. */
export function requestBody<Item>(request: ModelRequest, provider: Provider<Item>) {
  const { model, instructions, messages, tools, temperature, maxOutputTokens, answerSchema } =
    request;
  const { without } = provider;
  return {
    model,
    instructions,
    input: messages.flatMap((message) => inputOf(message, provider)),
    store: false,
    prompt_cache_key: request.cacheKey,
    safety_identifier: request.safetyIdentifier,
    ...(temperature === undefined || without.has('temperature') ? {} : { temperature }),
    ...(maxOutputTokens === undefined ? {} : { max_output_tokens: maxOutputTokens }),
    ...(answerSchema === undefined
      ? {}
      : { text: { format: { type: 'json_schema' as const, strict: true, ...answerSchema } } }),
    ...(tools.length === 0 ? {} : { tools: tools.map(toolOf) }),
    // Nothing is stored, so a model's reasoning outlives a tool call only if we carry it, encrypted.
    ...(tools.length === 0 || without.has('include') ? {} : { include: [encryptedReasoning] }),
  };
}

const encryptedReasoning = 'reasoning.encrypted_content' as const;

function toolOf({ name, description, parameters }: ModelTool) {
  return { type: 'function' as const, name, description, parameters, strict: true };
}

type OwnItem =
  | { role: 'user'; content: string | ContentPart[] }
  | { role: 'assistant'; content: string }
  | { type: 'function_call_output'; call_id: string; output: string };

type ContentPart =
  | { type: 'input_text'; text: string }
  | { type: 'input_image'; image_url: string; detail: 'auto' };

function inputOf<Item>(message: ModelMessage, provider: Provider<Item>): (OwnItem | Item)[] {
  switch (message.role) {
    case 'customer':
      return [{ role: 'user', content: customerContent(message) }];
    case 'business':
      return [{ role: 'assistant', content: message.text }];
    case 'tool_calls':
      return message.replay.filter(provider.isReplayable);
    case 'tool_result':
      return [{ type: 'function_call_output', call_id: message.callId, output: message.output }];
  }
}

type CustomerMessage = Extract<ModelMessage, { role: 'customer' }>;

function customerContent({ text, images = [] }: CustomerMessage): string | ContentPart[] {
  if (images.length === 0) {
    return text;
  }
  const shown = images.map(({ mimeType, base64 }): ContentPart => {
    return { type: 'input_image', image_url: `data:${mimeType};base64,${base64}`, detail: 'auto' };
  });
  return text === '' ? shown : [{ type: 'input_text', text }, ...shown];
}
