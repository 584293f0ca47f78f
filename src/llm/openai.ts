import OpenAI, { toFile } from 'openai';
import type { Now } from '../lib/clock.ts';
import { errorText } from '../lib/errors.ts';
import { explainRefusal } from './explain-failure.ts';
import { type HttpAnswer, type HttpTransport, StaleConnection } from './http-transport.ts';
import type { LanguageModel, ModelAnswer, ModelRequest, Transcriber } from './language-model.ts';
import {
  isModelError,
  ModelAborted,
  type ModelError,
  ModelRefusedRequest,
  ModelUnavailable,
} from './model-errors.ts';
import { negotiatedTransport } from './negotiate-transport.ts';
import { readAnswer, readRefusal } from './read-answer.ts';
import { requestBody } from './request-body.ts';
import { retryAfterMs } from './retry-after.ts';

export type OpenaiOptions = {
  apiKey: string;
  /** Ends in `/v1`. */
  baseUrl: string;
  /** For one whole call. */
  timeoutMs: number;
  transcriptionModel: string;
  now: Now;
};

/**
 * Talks to OpenAI, or to anything that speaks its Responses API. Never retries what was refused: the caller does.
 * `close` lets go of the idle connections.
 */
export function openaiModel(
  options: OpenaiOptions,
): LanguageModel & Transcriber & { close(): void } {
  const transport = negotiatedTransport(new URL(options.baseUrl));
  const sdk = new OpenAI(sdkSettings(options));
  return {
    respond: responder(options, transport),
    transcribe: async ({ bytes, mimeType, filename }, signal) => {
      try {
        const file = await toFile(bytes, filename, { type: mimeType });
        const model = options.transcriptionModel;
        const { text } = await sdk.audio.transcriptions.create({ file, model }, { signal });
        return { text, model };
      } catch (thrown) {
        throw explain(thrown, { signal, now: options.now });
      }
    },
    close: () => transport.close(),
  };
}

/** Nothing of the SDK's own may come from the environment, repeat a call, or write to the console. */
function sdkSettings({ apiKey, baseUrl, timeoutMs }: OpenaiOptions) {
  return {
    apiKey,
    baseURL: baseUrl,
    timeout: timeoutMs,
    maxRetries: 0,
    organization: null,
    project: null,
    logLevel: 'off',
  } as const;
}

/**
 * Responses are typed by the SDK but not carried by it. Measured with openai 7.55 on Node 24, CPU for a call:
 * 420 to 550 microseconds as it comes, 270 to 350 with a lean `fetch` given to it, 90 this way, reading included.
 */
function responder(options: OpenaiOptions, transport: HttpTransport): LanguageModel['respond'] {
  const path = `${new URL(options.baseUrl).pathname.replace(/\/$/, '')}/responses`;
  const headers = {
    accept: 'application/json',
    authorization: `Bearer ${options.apiKey}`,
    'content-type': 'application/json',
    'user-agent': 'rapport',
  };
  /** Models that answered 400 to `include`, as those do that cannot reason (seen of gpt-4.1 and gpt-4o). */
  const withoutReasoning = new Set<string>();

  /** Apart from `ask`, which waits for seconds and would hold the text of the body as long. */
  const send = (request: ModelRequest, signal: AbortSignal): Promise<HttpAnswer> => {
    const canReason = !withoutReasoning.has(request.model);
    const body: OpenAI.Responses.ResponseCreateParamsNonStreaming = requestBody(request, {
      canReason,
      isReplayable,
    });
    const { timeoutMs } = options;
    return transport.post({ path, headers, body: JSON.stringify(body), timeoutMs, signal });
  };

  const ask = async (request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> => {
    const answer = await send(request, signal);
    if (answer.status >= 300) {
      throw explainRefusal({
        ...readRefusal(answer.text),
        status: answer.status,
        requestId: answer.header('x-request-id'),
        retryAfterMs: retryAfterMs(answer.header, options.now()),
      });
    }
    return readAnswer(answer.text, request.model);
  };

  return async (request, signal) => {
    // The two failures that are no answer to what was asked are met here, each at most once.
    for (let repeatsLeft = 2; ; repeatsLeft -= 1) {
      try {
        return await ask(request, signal);
      } catch (thrown) {
        const error = explain(thrown, { signal, now: options.now });
        if (refusesInclude(error)) {
          withoutReasoning.add(request.model);
        }
        if (repeatsLeft === 0 || !(thrown instanceof StaleConnection || refusesInclude(error))) {
          throw error;
        }
      }
    }
  };
}

/** What the provider gave out it takes back; nothing but objects can be among it. */
function isReplayable(item: unknown): item is OpenAI.Responses.ResponseInputItem {
  return typeof item === 'object' && item !== null;
}

function refusesInclude(error: ModelError): boolean {
  return error instanceof ModelRefusedRequest && error.parameter === 'include';
}

function explain(thrown: unknown, call: { signal: AbortSignal; now: Now }): ModelError {
  if (isModelError(thrown)) {
    return thrown;
  }
  if (call.signal.aborted) {
    return new ModelAborted('the call to the model was aborted');
  }
  if (thrown instanceof OpenAI.APIError && thrown.status !== undefined) {
    return explainRefusal({
      status: thrown.status,
      code: thrown.code ?? undefined,
      type: thrown.type,
      parameter: thrown.param ?? undefined,
      requestId: thrown.requestID ?? undefined,
      retryAfterMs: retryAfterMs((name) => thrown.headers?.get(name), call.now()),
    });
  }
  const message = `the model gave no whole answer: ${errorText(thrown)}`;
  return new ModelUnavailable(message, { cause: thrown });
}
