import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Agent, request } from 'undici';

/** More than any answer of a model; a server that sends more is cut off, so that it cannot fill the memory. */
const maxAnswerBytes = 16 * 1024 * 1024;

export type LeanFetch = {
  fetch: (url: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** Ends the calls under way and lets go of the connections. */
  close: () => Promise<void>;
};

/**
 * A `fetch` for a library with thousands of calls under way at once, over connections that are kept: as many as
 * there are calls, or one for a hundred where the server offers HTTP/2. It answers when the whole body is there, but
 * for a stream of events, follows no redirect and repeats nothing that may have arrived.
 */
export function leanFetch({ timeoutMs, ca }: { timeoutMs: number; ca?: string }): LeanFetch {
  // Ahead of the deadline of the library, whose signal ends a call without a doubt about its connection: only
  // after a timeout of its own does undici look whether a shared connection is dead.
  const silenceMs = Math.ceil(timeoutMs * 0.9);
  const dispatcher = new Agent({
    allowH2: true,
    connect: ca === undefined ? {} : { ca },
    keepAliveTimeout: 30_000,
    headersTimeout: silenceMs,
    bodyTimeout: silenceMs,
    maxResponseSize: maxAnswerBytes,
  });
  return {
    fetch: async (url, { method = 'GET', headers, body, signal } = {}) => {
      const given = headers instanceof Headers ? headers : new Headers(headers);
      const sent = isReady(body) ? { body: body ?? null, headers: {} } : await encode(body);
      const answer = await request(url instanceof Request ? url.url : url, {
        dispatcher,
        method,
        headers: { ...Object.fromEntries(given), ...sent.headers },
        body: sent.body,
        signal: signal ?? null,
      });
      const init = {
        status: answer.statusCode,
        headers: Object.entries(answer.headers).flatMap(pairsOf),
      };
      return isEventStream(answer.headers)
        ? new StreamedResponse(answer.body, init)
        : new ReadResponse(await answer.body.text(), init);
    },
    close: () => dispatcher.destroy(),
  };
}

type Body = RequestInit['body'];

function isReady(body: Body): body is string | Uint8Array | null | undefined {
  return typeof body === 'string' || body instanceof Uint8Array || !body;
}

/** The bytes of a form, and its type with the boundary that only `Response` knows. */
async function encode(body: Body) {
  const encoded = new Response(body ?? null);
  const bytes = Buffer.from(await encoded.arrayBuffer());
  return { body: bytes, headers: Object.fromEntries(encoded.headers) };
}

function isEventStream(headers: Record<string, string | string[] | undefined>): boolean {
  return String(headers['content-type'] ?? '').startsWith('text/event-stream');
}

function pairsOf([name, value]: [string, string | string[] | undefined]): [string, string][] {
  return [value ?? []].flat().map((one) => [name, one]);
}

/** A response whose text is there already; a body given to `Response` itself would cost a stream each time. */
class ReadResponse extends Response {
  override readonly text: () => Promise<string>;

  constructor(text: string, init: ResponseInit) {
    super(null, init);
    this.text = () => Promise.resolve(text);
  }
}

/** A response whose body is read as it comes, without the web's streams, which cost more than all else of a word. */
export class StreamedResponse extends Response {
  readonly stream: Readable;
  override readonly text = (): Promise<string> => text(this.stream);

  constructor(stream: Readable, init: ResponseInit) {
    super(null, init);
    this.stream = stream;
  }
}
