import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex, Readable } from 'node:stream';
import axios, { AxiosHeaders, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import { isBeforeSending } from './before-sending.ts';

/** One request to a Graph API. The token goes into its header and nowhere else; where there is none yet, no header. */
export type GraphCall = {
  method: 'GET' | 'POST';
  url: string;
  accessToken?: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as a form, instead of a body. */
  form?: Record<string, string>;
};

/** Without an answer: `not_sent` cannot have reached the provider, `no_answer` may have. `cause` is safe to log. */
export type Unanswered = { kind: 'not_sent' | 'no_answer'; cause: string };

export type GraphAnswer = {
  kind: 'answered';
  httpStatus: number;
  /** Parsed JSON, or the text if it is none. */
  body: unknown;
  retryAfterMs?: number;
};

export type FileAnswer =
  | {
      kind: 'answered';
      httpStatus: number;
      bytes: Buffer;
      mimeType: string | undefined;
      /** Where a redirect leads, as the other side wrote it. */
      location?: string;
    }
  | { kind: 'too_large' };

/** HTTP to Meta's Graph APIs. Never throws for what the network or the other side does, and follows no redirect. */
export type GraphHttp = {
  request(call: GraphCall): Promise<GraphAnswer | Unanswered>;
  /** Reads a file; stops reading as soon as it is larger than `maxBytes`. Bytes come with HTTP 200 only. */
  fetchFile(file: FileCall): Promise<FileAnswer | Unanswered>;
};

/** A file to read; without a token where its address alone opens it. */
export type FileCall = { url: string; accessToken?: string; maxBytes: number };

const MAX_ANSWER_BYTES = 1_048_576;
/** Meta closes idle connections; one that we drop first cannot be closed under a request. */
const IDLE_SOCKET_MS = 30_000;

type Client = (config: InternalAxiosRequestConfig) => Promise<AxiosResponse>;

const IN_HEADER = /^[\x21-\x7e]+$/;

/** A token that no header can carry is answered as Meta answers a wrong one. */
const wrongToken: GraphAnswer = {
  kind: 'answered',
  httpStatus: 401,
  body: { error: { message: 'not an access token', type: 'OAuthException', code: 190 } },
};

/** Keeps its connections alive between calls; `timeoutMs` bounds one call as a whole. */
export function graphHttp(options: { timeoutMs: number; maxSockets?: number }): GraphHttp {
  const maxSockets = options.maxSockets ?? 256;
  const agent = {
    keepAlive: true,
    maxSockets,
    maxFreeSockets: maxSockets,
    timeout: IDLE_SOCKET_MS,
  };
  const shared = {
    httpAgent: keepingAlive(new HttpAgent(agent)),
    httpsAgent: keepingAlive(new HttpsAgent(agent)),
    // A proxy would come from the environment, which only the configuration reads.
    proxy: false,
    // Without redirects axios uses node:http itself, and a token never follows one to another host.
    maxRedirects: 0,
    decompress: false,
    maxContentLength: MAX_ANSWER_BYTES,
    validateStatus: () => true,
  } as const;
  // The adapter without the client around it, which merges, transforms and intercepts: 90 µs a call instead of 135.
  const send = axios.getAdapter('http');
  const client: Client = (config) =>
    send({ ...shared, ...config, signal: AbortSignal.timeout(options.timeoutMs) });
  return {
    request: (call) => request(client, call),
    fetchFile: (file) => fetchFile(client, file),
  };
}

/** Node tells the kernel anew to keep a connection alive each time one is put back: once is enough. */
function keepingAlive<Kind extends HttpAgent>(agent: Kind): Kind {
  const keep = agent.keepSocketAlive.bind(agent);
  return Object.assign(agent, {
    keepSocketAlive: (socket: Duplex) =>
      keep(Object.assign(socket, { setKeepAlive: () => socket })),
  });
}

async function request(client: Client, call: GraphCall): Promise<GraphAnswer | Unanswered> {
  if (call.accessToken !== undefined && !IN_HEADER.test(call.accessToken)) {
    return wrongToken;
  }
  const response = await answerOf(client, {
    method: call.method,
    url: call.url,
    headers: headersOf(call),
    ...dataOf(call),
  });
  if ('kind' in response) {
    return response;
  }
  const retryAfterMs = secondsToMs(response.headers['retry-after']);
  return {
    kind: 'answered',
    httpStatus: response.status,
    body: parsedJson(response.data),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

async function fetchFile(client: Client, file: FileCall): Promise<FileAnswer | Unanswered> {
  const response = await answerOf(client, {
    method: 'GET',
    url: file.url,
    headers: headersOf(file),
    responseType: 'stream',
    maxContentLength: -1,
  });
  if ('kind' in response) {
    return response;
  }
  const stream: Readable = response.data;
  const { status: httpStatus, headers } = response;
  if (httpStatus !== 200 || Number(headers['content-length']) > file.maxBytes) {
    stream.destroy();
    const location = textOf(headers['location']);
    const nothing = { bytes: Buffer.alloc(0), mimeType: undefined };
    return httpStatus === 200
      ? { kind: 'too_large' }
      : {
          kind: 'answered',
          httpStatus,
          ...nothing,
          ...(location === undefined ? {} : { location }),
        };
  }
  const bytes = await readAtMost(stream, file.maxBytes);
  return Buffer.isBuffer(bytes)
    ? { kind: 'answered', httpStatus, bytes, mimeType: textOf(headers['content-type']) }
    : bytes;
}

async function readAtMost(
  stream: Readable,
  maxBytes: number,
): Promise<Buffer | { kind: 'too_large' } | Unanswered> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > maxBytes) {
        // Leaving the loop destroys the stream and with it the connection.
        return { kind: 'too_large' };
      }
      chunks.push(bytes);
    }
  } catch (error) {
    return unanswered(error);
  }
  return Buffer.concat(chunks, size);
}

async function answerOf(
  client: Client,
  config: InternalAxiosRequestConfig,
): Promise<AxiosResponse | Unanswered> {
  try {
    return await client(config);
  } catch (error) {
    return unanswered(error);
  }
}

/** Names the failure by its code alone: an axios error carries the request, and with it the token. */
function unanswered(error: unknown): Unanswered {
  if (axios.isCancel(error)) {
    return { kind: 'no_answer', cause: 'timeout' };
  }
  const cause = codeOf(error) ?? 'unknown';
  return { kind: isBeforeSending(cause) ? 'not_sent' : 'no_answer', cause };
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? textOf(error.code) : undefined;
}

function dataOf({ body, form }: GraphCall): { data?: string } {
  if (form !== undefined) return { data: new URLSearchParams(form).toString() };
  return body === undefined ? {} : { data: JSON.stringify(body) };
}

function headersOf(call: Pick<GraphCall, 'accessToken' | 'body' | 'form'>): AxiosHeaders {
  return new AxiosHeaders({
    ...(call.accessToken === undefined ? {} : { Authorization: `Bearer ${call.accessToken}` }),
    Accept: '*/*',
    'Accept-Encoding': 'identity',
    'User-Agent': 'rapport',
    ...(call.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(call.form === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
  });
}

function parsedJson(text: unknown): unknown {
  if (typeof text !== 'string') {
    return text;
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function secondsToMs(header: unknown): number | undefined {
  return typeof header === 'string' && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
