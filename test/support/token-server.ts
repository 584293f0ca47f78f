import { createServer } from 'node:http';

/** What the server is asked: a token request, as its form. */
export type TokenRequest = Record<string, string>;

/** An answer to a token request. */
export type TokenReply = { status: number; body: object };

/** A server that gives tokens out as a test says, and counts. */
export type TokenServer = {
  url: string;
  requests: TokenRequest[];
  close(): Promise<void>;
};

/** Starts a server whose every POST is answered by `reply`. */
export async function startTokenServer(
  reply: (request: TokenRequest) => Promise<TokenReply> | TokenReply,
): Promise<TokenServer> {
  const requests: TokenRequest[] = [];
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
      const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
      requests.push(form);
      const { status, body } = await reply(form);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    answer().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/token`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
