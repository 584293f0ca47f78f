import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach } from '@jest/globals';
import type { Channel } from '../../../src/channels/channel.ts';
import { whatsappChannel } from '../../../src/channels/whatsapp/adapter.ts';

export type Seen = { method: string; path: string; token: string | undefined; body: unknown };

export type Answer = (response: ServerResponse, seen: Seen) => void;

export const account = { accountId: '900100200300400', accessToken: 'the-token' };

const stops: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

/** The channel as it is, with Graph at this address. */
export function channelTo(graphUrl: string, timeoutMs = 5000): Channel {
  return whatsappChannel({ graphUrl, graphVersion: 'v25.0', timeoutMs });
}

/** A small HTTP server in Graph's place: answers each request with the next answer, the last one from then on. */
export async function graphThat(...answers: Answer[]) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const one = await read(request);
    seen.push(one);
    (answers[seen.length - 1] ?? answers.at(-1))?.(response, one);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${port}`, seen };
}

export const json =
  (status: number, body: unknown): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };

/** Graph's error body for a code. */
export const graphError = (
  status: number,
  code: number,
  more: Record<string, unknown> = {},
): Answer =>
  json(status, { error: { message: `error ${code}`, type: 'OAuthException', code, ...more } });

async function read(request: IncomingMessage): Promise<Seen> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(Buffer.from(chunk));
  }
  const text = Buffer.concat(chunks).toString();
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    token: request.headers.authorization,
    body: text === '' ? undefined : JSON.parse(text),
  };
}
