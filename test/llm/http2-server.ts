import type { ServerResponse } from 'node:http';
import { createSecureServer, type Http2ServerResponse, type Http2Session } from 'node:http2';
import { selfSigned } from './self-signed.ts';

/** An answer of either version of HTTP. */
export type Outgoing = ServerResponse | Http2ServerResponse;

/** What a test's server does with a request. */
export type Answer = (response: Outgoing, body: string) => void;

const { key, cert } = selfSigned();

/** A server on this machine that speaks HTTP/2 over TLS, and takes up to `maxCalls` on a connection. */
export async function http2Server(answer: Answer, maxCalls = 100) {
  const settings = { maxConcurrentStreams: maxCalls };
  const server = createSecureServer({ key, cert, settings });
  const sessions = new Set<Http2Session>();
  let connections = 0;
  server.on('session', (session: Http2Session) => {
    connections += 1;
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => {});
  });
  server.on('request', async (request, response) => {
    response.stream?.on('error', () => {});
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }
    answer(response, Buffer.concat(chunks).toString('utf8'));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const hangUp = (): void => {
    for (const session of sessions) {
      session.destroy();
    }
  };
  return {
    origin: `https://localhost:${port}`,
    port,
    ca: cert,
    hangUp,
    connections: () => connections,
    stop: () =>
      new Promise<void>((resolve) => {
        hangUp();
        server.close(() => resolve());
      }),
  };
}

/** Writes a piece; the two kinds of answer differ in their signatures only. */
export function write(response: Outgoing, piece: string | Uint8Array): void {
  if ('stream' in response) {
    response.write(piece);
  } else {
    response.write(piece);
  }
}

/** Ends an answer; as above. */
export function end(response: Outgoing, piece: string | Uint8Array): void {
  if ('stream' in response) {
    response.end(piece);
  } else {
    response.end(piece);
  }
}

/** Breaks the connection under an answer. */
export function breakConnection(response: Outgoing): void {
  if ('stream' in response) {
    response.stream.session?.destroy();
  } else {
    response.socket?.destroy();
  }
}
