import { createSecureServer, createServer, type Http2Session } from 'node:http2';
import type { Answer } from './transport-promises.ts';

export type Http2Server = Awaited<ReturnType<typeof http2Server>>;

/** A server on this machine that speaks HTTP/2: in clear, or over TLS and then also HTTP/1.1 if it is told to. */
export async function http2Server(
  answer: Answer,
  options: { key?: string; cert?: string; allowHTTP1?: boolean; maxCalls?: number } = {},
) {
  const { maxCalls, ...tls } = options;
  const settings = maxCalls === undefined ? {} : { maxConcurrentStreams: maxCalls };
  const server = tls.key ? createSecureServer({ ...tls, settings }) : createServer({ settings });
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
  return {
    origin: tls.key ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    connections: () => connections,
    stop: () =>
      new Promise<void>((resolve) => {
        for (const session of sessions) {
          session.destroy();
        }
        server.close(() => resolve());
      }),
  };
}
