import OpenAI, { toFile } from 'openai';
import type { Now } from '../lib/clock.ts';
import { explainRefusal } from './explain-failure.ts';
import type {
  HearText,
  LanguageModel,
  ModelAnswer,
  ModelRequest,
  Transcriber,
} from './language-model.ts';
import { leanFetch, StreamedResponse } from './lean-fetch.ts';
import { isModelError, ModelAborted, type ModelError, ModelUnavailable } from './model-errors.ts';
import { readAnswer, readResponse, readTranscript } from './read-answer.ts';
import { readStream } from './read-stream.ts';
import { requestBody } from './request-body.ts';
import { retryAfterMs } from './retry-after.ts';
import { serverSentEvents } from './server-sent-events.ts';
import { type OptionalParameter, unsupportedParameter } from './unsupported-parameters.ts';

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
 * Talks to OpenAI, or to anything that speaks its Responses API. Asks again only without a parameter the model does
 * not take; whatever else fails is for the caller to retry. `close` ends the calls under way.
 */
export function openaiModel(
  options: OpenaiOptions,
): LanguageModel & Transcriber & { close(): Promise<void> } {
  const { fetch, close } = leanFetch(options);
  const sdk = new Client({ ...sdkSettings(options), fetch });
  return {
    respond: responder(sdk, options),
    transcribe: async ({ bytes, mimeType, filename }, signal) => {
      try {
        const file = await toFile(bytes, filename, { type: mimeType });
        const model = options.transcriptionModel;
        const call = sdk.audio.transcriptions.create({ file, model }, { signal });
        return { text: readTranscript(await textOf(call)), model };
      } catch (thrown) {
        throw explain(thrown, { signal, now: options.now });
      }
    },
    close,
  };
}

/**
 * The SDK holds on to what it sends until the answer is there. Of a text it and the connection would each keep a
 * copy, of bytes both keep the one: measured with 2,000 calls of 18 kB under way, 140 MB instead of 220.
 */
class Client extends OpenAI {
  protected override async prepareRequest(request: RequestInit): Promise<void> {
    if (typeof request.body === 'string') {
      request.body = Buffer.from(request.body);
    }
  }
}

/** Nothing of the SDK's own may come from the environment, repeat a call, or write to the console. */
function sdkSettings({ apiKey, baseUrl, timeoutMs }: OpenaiOptions) {
  return {
    apiKey,
    adminAPIKey: null,
    baseURL: baseUrl,
    timeout: timeoutMs,
    maxRetries: 0,
    organization: null,
    project: null,
    logLevel: 'off',
  } as const;
}

function responder(sdk: OpenAI, { now, timeoutMs }: OpenaiOptions): LanguageModel['respond'] {
  const unsupported = new Map<string, ReadonlySet<OptionalParameter>>();

  /** Apart from `ask`, which waits for seconds and would hold the body as long. */
  const send = (
    request: ModelRequest,
    without: ReadonlySet<OptionalParameter>,
    signal: AbortSignal,
  ) => textOf(sdk.responses.create(requestBody(request, { without, isReplayable }), { signal }));

  const stream = async (
    request: ModelRequest,
    without: ReadonlySet<OptionalParameter>,
    call: { signal: AbortSignal; hear: HearText },
  ): Promise<unknown> => {
    // The SDK's timeout ends with the headers, and a server could go on word by word for ever.
    const { signal, release } = endingAfter(timeoutMs, call.signal);
    try {
      const body = requestBody(request, { without, isReplayable });
      const response = await sdk.responses
        .create({ ...body, stream: true }, { signal })
        .asResponse();
      return await readStream(eventsOf(response), call.hear);
    } finally {
      release();
    }
  };

  const ask = async (
    request: ModelRequest,
    { signal, hear }: { signal: AbortSignal; hear: HearText | undefined },
    without: ReadonlySet<OptionalParameter>,
  ): Promise<ModelAnswer> => {
    try {
      return hear === undefined
        ? readAnswer(await send(request, without, signal), request.model)
        : readResponse(await stream(request, without, { signal, hear }), request.model);
    } catch (thrown) {
      const error = explain(thrown, { signal, now });
      const parameter = unsupportedParameter(error);
      if (parameter === undefined || without.has(parameter)) {
        throw error;
      }
      const less = new Set([...(unsupported.get(request.model) ?? []), ...without, parameter]);
      unsupported.set(request.model, less);
      return ask(request, { signal, hear }, less);
    }
  };

  return (request, signal, hear) =>
    ask(request, { signal, hear }, unsupported.get(request.model) ?? new Set());
}

/** The answer unread by the SDK, which trusts it: it would throw what stands in an answer that is none. */
async function textOf(call: { asResponse(): Promise<Response> }): Promise<string> {
  const response = await call.asResponse();
  return response.text();
}

/** A signal that aborts with another, or by itself after a while unless it is released. */
function endingAfter(ms: number, other: AbortSignal) {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  const timer = setTimeout(end, ms);
  if (other.aborted) end();
  other.addEventListener('abort', end);
  const release = (): void => {
    clearTimeout(timer);
    other.removeEventListener('abort', end);
  };
  return { signal: ending.signal, release };
}

/** The SDK's own reader breaks the connection off after the last event, and the next call would begin with a handshake. */
function eventsOf(response: Response): AsyncIterable<unknown> {
  if (response instanceof StreamedResponse) return serverSentEvents(response.stream);
  throw new ModelUnavailable('the model provider answered no stream to a call for one');
}

/** What the provider gave out it takes back; nothing but objects can be among it. */
function isReplayable(item: unknown): item is OpenAI.Responses.ResponseInputItem {
  return typeof item === 'object' && item !== null;
}

function explain(thrown: unknown, call: { signal: AbortSignal; now: Now }): ModelError {
  // First: the SDK ends an aborted stream without a word, and what was read of it is then no answer.
  if (call.signal.aborted) {
    return new ModelAborted('the call to the model was aborted');
  }
  if (isModelError(thrown)) {
    return thrown;
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
  const message = `the model gave no whole answer: ${whyNone(thrown)}`;
  return new ModelUnavailable(message, { cause: thrown });
}

function whyNone(thrown: unknown): string {
  if (thrown instanceof OpenAI.APIConnectionTimeoutError) {
    return 'timed out';
  }
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : 'connection failed';
}
