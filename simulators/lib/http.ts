import type { IncomingMessage, ServerResponse } from 'node:http';

/** One HTTP exchange, its target split once. */
export type Exchange = {
  method: string;
  path: string;
  query: string;
  request: IncomingMessage;
  response: ServerResponse;
};

/** Splits the target by hand: `new URL` would cost more than the rest of a request. */
export function exchangeOf(request: IncomingMessage, response: ServerResponse): Exchange {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  return {
    method: request.method ?? 'GET',
    path: mark === -1 ? target : target.slice(0, mark),
    query: mark === -1 ? '' : target.slice(mark + 1),
    request,
    response,
  };
}

/** The whole body; rejects when the client goes away before its end or sends more than 110 MB. */
export function readBody(request: IncomingMessage, maxBytes = 110 * 1024 * 1024): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) request.destroy(new Error('body too large'));
      chunks.push(chunk);
    });
    request.on('end', () => {
      const [first] = chunks;
      resolve(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks));
    });
    request.on('error', reject);
    request.on('close', () => reject(new Error('the client went away')));
  });
}

/** Answers JSON, unless the client has gone. */
export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  sendBytes(response, status, Buffer.from(JSON.stringify(value)), {
    'content-type': 'application/json; charset=utf-8',
    ...headers,
  });
}

/** Answers bytes, unless the client has gone or has been answered. */
export function sendBytes(
  response: ServerResponse,
  status: number,
  bytes: Buffer,
  headers: Record<string, string>,
): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  response.end(bytes);
}

/** The token of an `Authorization: Bearer` header, or undefined. */
export function bearerToken(request: IncomingMessage): string | undefined {
  const header = request.headers.authorization ?? '';
  const match = /^Bearer +(\S+)$/i.exec(header);
  return match?.[1];
}
