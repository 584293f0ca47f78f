import { z } from 'zod';
import { explainRefusal } from './explain-failure.ts';
import type { ModelAnswer, ModelToolCall, ModelUsage } from './language-model.ts';
import { ModelUnavailable } from './model-errors.ts';

const Message = z.object({
  /** Some models think aloud in messages of their own, named `commentary`: not for the customer. */
  phase: z.string().nullish(),
  content: z.array(
    z.object({ type: z.string(), text: z.string().nullish(), refusal: z.string().nullish() }),
  ),
});

const FunctionCall = z.object({
  call_id: z.string(),
  name: z.string(),
  arguments: z.string(),
});

const ProviderResponse = z.object({
  id: z.string(),
  model: z.string().nullish(),
  status: z.string().nullish(),
  output: z.array(z.unknown()).nullish(),
  error: z.object({ code: z.string().nullish(), param: z.string().nullish() }).nullish(),
  incomplete_details: z.object({ reason: z.string().nullish() }).nullish(),
  usage: z
    .object({
      input_tokens: z.number(),
      input_tokens_details: z.object({ cached_tokens: z.number().nullish() }).nullish(),
      output_tokens: z.number(),
    })
    .nullish(),
});
type ProviderResponse = z.infer<typeof ProviderResponse>;
type Message = z.infer<typeof Message>;

/** Reads the JSON text of a response, as `readResponse` does. */
export function readAnswer(json: string, askedModel: string): ModelAnswer {
  return readResponse(parseJson(json), askedModel);
}

/**
 * Reads a response of the Responses API (spec 2.3.0, 2026-08), looking only at what we use.
 * Throws a model error for a response that failed or is none.
 */
export function readResponse(value: unknown, askedModel: string): ModelAnswer {
  const response = parse(ProviderResponse, value);
  const { status } = response;
  if (status === 'failed' || response.error) {
    const { code, param } = response.error ?? {};
    throw explainRefusal({ code: code ?? undefined, parameter: param ?? undefined });
  }
  if (status && status !== 'completed' && status !== 'incomplete') {
    throw new ModelUnavailable(`the model provider left the response ${status}`);
  }
  return {
    responseId: response.id,
    model: response.model ?? askedModel,
    usage: readUsage(response),
    ...readOutput(response),
  };
}

const Transcript = z.object({ text: z.string() });

/** Reads the words of an audio transcription. Throws a model error for what is none. */
export function readTranscript(json: string): string {
  return parse(Transcript, parseJson(json)).text;
}

/** Undefined for what is no JSON. */
function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new ModelUnavailable('the model provider answered something that is no response');
  }
  return parsed.data;
}

function readUsage({ usage }: ProviderResponse): ModelUsage {
  return {
    inputTokens: usage?.input_tokens ?? 0,
    cachedInputTokens: usage?.input_tokens_details?.cached_tokens ?? 0,
    outputTokens: usage?.output_tokens ?? 0,
  };
}

type Output =
  | { kind: 'text'; text: string }
  | { kind: 'tool_calls'; calls: ModelToolCall[]; replay: unknown[] }
  | { kind: 'refusal'; text: string }
  | { kind: 'cut_off'; text: string; reason: string }
  | { kind: 'empty' };

function readOutput(response: ProviderResponse): Output {
  const output = response.output ?? [];
  const { text, refusal } = readMessages(output);
  if (refusal !== '') {
    return { kind: 'refusal', text: refusal };
  }
  // Before the tool calls: the arguments of a call may be cut in the middle.
  if (response.status === 'incomplete') {
    return { kind: 'cut_off', text, reason: response.incomplete_details?.reason ?? 'unknown' };
  }
  const calls = readCalls(output);
  if (calls.length > 0) {
    return { kind: 'tool_calls', calls, replay: output };
  }
  return text === '' ? { kind: 'empty' } : { kind: 'text', text };
}

function readCalls(output: unknown[]): ModelToolCall[] {
  return itemsOf('function_call', output).map((item) => {
    const call = parse(FunctionCall, item);
    return { callId: call.call_id, name: call.name, arguments: call.arguments };
  });
}

function readMessages(output: unknown[]): { text: string; refusal: string } {
  const parts = itemsOf('message', output)
    .map((item) => parse(Message, item))
    .filter((message) => message.phase !== 'commentary')
    .map(partsOf);
  return {
    text: parts
      .map((part) => part.text)
      .join('\n\n')
      .trim(),
    refusal: parts
      .map((part) => part.refusal)
      .join('\n\n')
      .trim(),
  };
}

function itemsOf(type: string, output: unknown[]): unknown[] {
  return output.filter(
    (item) => typeof item === 'object' && item !== null && 'type' in item && item.type === type,
  );
}

function partsOf(message: Message): { text: string; refusal: string } {
  const only = (type: string) => message.content.filter((part) => part.type === type);
  return {
    text: only('output_text')
      .map((part) => part.text ?? '')
      .join(''),
    refusal: only('refusal')
      .map((part) => part.refusal ?? '')
      .join(''),
  };
}
