import http from 'node:http';
import https from 'node:https';
import {
  type HttpAnswer,
  type HttpPost,
  type HttpTransport,
  maxAnswerBytes,
  StaleConnection,
} from './http-transport.ts';

type Wire = {
  open: (options: http.RequestOptions) => http.ClientRequest;
  agent: http.Agent;
  protocol: string;
  hostname: string;
  port: string;
};

/** HTTP/1.1: one connection for each call under way, kept for the next call. */
export function http1Transport(origin: URL): HttpTransport {
  const isSecure = origin.protocol === 'https:';
  const keep = {
    keepAlive: true,
    scheduling: 'lifo',
    maxFreeSockets: 512,
    timeout: 30_000,
  } as const;
  const agent = isSecure ? new https.Agent(keep) : new http.Agent(keep);
  const wire: Wire = {
    open: isSecure ? https.request : http.request,
    agent,
    protocol: origin.protocol,
    hostname: origin.hostname.replace(/^\[|\]$/g, ''),
    port: origin.port,
  };
  return {
    post: (request) =>
      new Promise((resolve, reject) => {
        request.signal.throwIfAborted();
        exchange(wire, request, resolve, reject);
      }),
    close: () => {
      for (const socket of Object.values(agent.freeSockets).flat()) {
        socket?.destroy();
      }
    },
  };
}

/** Callbacks, not promises: this runs for every call, and each layer of promises costs. */
function exchange(
  wire: Wire,
  { path, headers, body, timeoutMs, signal }: HttpPost,
  resolve: (answer: HttpAnswer) => void,
  reject: (error: Error) => void,
): void {
  const { protocol, hostname, port, agent } = wire;
  const length = { 'content-length': Buffer.byteLength(body) };
  const outgoing = wire.open({
    protocol,
    hostname,
    port,
    path,
    agent,
    method: 'POST',
    headers: { ...headers, ...length },
  });
  const end = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  };
  const fail = (error: Error): void => {
    end();
    outgoing.destroy();
    reject(error);
  };
  const onAbort = (): void => fail(new Error('aborted'));
  const timer = setTimeout(() => fail(new Error(`timed out after ${timeoutMs} ms`)), timeoutMs);
  signal.addEventListener('abort', onAbort, { once: true });
  outgoing.on('error', (error) => fail(outgoing.reusedSocket ? asStale(error) : error));
  outgoing.on('response', (incoming) => {
    readWhole(incoming, fail, (text) => {
      end();
      resolve(answerOf(incoming, text));
    });
  });
  outgoing.end(body);
}

function asStale(error: Error): Error {
  const code = 'code' in error ? error.code : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE'
    ? new StaleConnection(error.message, { cause: error })
    : error;
}

function readWhole(
  incoming: http.IncomingMessage,
  fail: (error: Error) => void,
  done: (text: string) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length;
    chunks.push(chunk);
    if (size > maxAnswerBytes) {
      fail(new Error(`the answer is larger than ${maxAnswerBytes} bytes`));
    }
  });
  incoming.on('error', fail);
  incoming.on('end', () => done(Buffer.concat(chunks, size).toString('utf8')));
}

function answerOf(incoming: http.IncomingMessage, text: string): HttpAnswer {
  return {
    status: incoming.statusCode ?? 0,
    header: (name) => {
      const value = incoming.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    text,
  };
}
