import http from 'node:http';
import https from 'node:https';
import { callEnding, headerOf, readWhole, type Waiting } from './call-ending.ts';
import { type HttpPost, type HttpTransport, StaleConnection } from './http-transport.ts';

type Wire = {
  open: (options: http.RequestOptions) => http.ClientRequest;
  agent: http.Agent;
  protocol: string;
  hostname: string;
  port: string;
};

/** HTTP/1.1: one connection for each call under way, kept for the next call. */
export function http1Transport(origin: URL, tls: { ca?: string } = {}): HttpTransport {
  const isSecure = origin.protocol === 'https:';
  const keep = {
    keepAlive: true,
    scheduling: 'lifo',
    maxFreeSockets: 512,
    timeout: 30_000,
  } as const;
  const agent = isSecure ? new https.Agent({ ...keep, ...tls }) : new http.Agent(keep);
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
        exchange(wire, request, { resolve, reject });
      }),
    close: () => {
      for (const socket of Object.values(agent.freeSockets).flat()) {
        socket?.destroy();
      }
    },
  };
}

function exchange(
  { open, ...target }: Wire,
  { path, headers, body, timeoutMs, signal }: HttpPost,
  call: Waiting,
): void {
  const length = { 'content-length': Buffer.byteLength(body) };
  const outgoing = open({ ...target, path, method: 'POST', headers: { ...headers, ...length } });
  const hangUp = (): void => {
    outgoing.destroy();
  };
  const { answer, fail } = callEnding({ timeoutMs, signal }, { ...call, hangUp });
  outgoing.on('error', (error) => fail(outgoing.reusedSocket ? asStale(error) : error));
  outgoing.on('response', (incoming) => {
    readWhole(incoming, fail, (text) => {
      const header = (name: string) => headerOf(incoming.headers, name);
      answer({ status: incoming.statusCode ?? 0, header, text });
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
