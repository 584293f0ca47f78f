import type { NewId } from '../lib/ids.ts';
import type { JsonObject } from '../lib/json.ts';
import type { ModelAnswer } from './decide.ts';

type Facts = {
  request: JsonObject;
  answer: ModelAnswer;
  /** Length of the request in bytes, from which tokens are reckoned. */
  requestBytes: number;
  newId: NewId;
  nowMs: number;
};

/** The `response` object of the Responses API for an answer. */
export function responseBody(facts: Facts): JsonObject {
  const { request, answer, newId, nowMs } = facts;
  const isCutOff = answer.kind === 'cut_off';
  const output = outputItems(answer, newId);
  return {
    id: newId('resp_'),
    object: 'response',
    created_at: Math.floor(nowMs / 1000),
    status: isCutOff ? 'incomplete' : 'completed',
    background: false,
    error: null,
    incomplete_details: isCutOff ? { reason: 'max_output_tokens' } : null,
    instructions: request['instructions'] ?? null,
    max_output_tokens: request['max_output_tokens'] ?? null,
    model: request['model'],
    output,
    parallel_tool_calls: request['parallel_tool_calls'] ?? true,
    previous_response_id: null,
    prompt_cache_key: request['prompt_cache_key'] ?? null,
    reasoning: request['reasoning'] ?? { effort: null, summary: null },
    safety_identifier: request['safety_identifier'] ?? null,
    service_tier: 'default',
    store: request['store'] ?? true,
    temperature: request['temperature'] ?? 1,
    text: request['text'] ?? { format: { type: 'text' } },
    tool_choice: request['tool_choice'] ?? 'auto',
    tools: request['tools'] ?? [],
    top_p: request['top_p'] ?? 1,
    truncation: 'disabled',
    usage: usageOf(facts.requestBytes, answer),
    metadata: request['metadata'] ?? {},
  };
}

function outputItems(answer: ModelAnswer, newId: NewId): JsonObject[] {
  if (answer.kind === 'tools') {
    return answer.calls.map((call) => ({
      id: newId('fc_'),
      type: 'function_call',
      status: 'completed',
      call_id: newId('call_'),
      name: call.name,
      arguments: call.arguments,
    }));
  }
  const status = answer.kind === 'cut_off' ? 'incomplete' : 'completed';
  return [
    { id: newId('msg_'), type: 'message', status, role: 'assistant', content: contentOf(answer) },
  ];
}

function contentOf(answer: ModelAnswer): JsonObject[] {
  if (answer.kind === 'refusal') return [{ type: 'refusal', refusal: answer.text }];
  if (answer.kind === 'text' || answer.kind === 'cut_off') {
    return [{ type: 'output_text', text: answer.text, annotations: [], logprobs: [] }];
  }
  return [];
}

/** Four bytes a token: near enough for text in Latin letters. */
function usageOf(requestBytes: number, answer: ModelAnswer): JsonObject {
  const input = Math.max(1, Math.ceil(requestBytes / 4));
  const output = Math.max(1, Math.ceil(spokenLength(answer) / 4));
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input + output,
  };
}

function spokenLength(answer: ModelAnswer): number {
  if ('text' in answer) return answer.text.length;
  if (answer.kind !== 'tools') return 0;
  return answer.calls.reduce((sum, call) => sum + call.name.length + call.arguments.length, 0);
}
