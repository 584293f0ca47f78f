import { createServer, type IncomingHttpHeaders } from 'node:http';

/** A stand-in for the app that is told of changes: keeps every POST. */
export type NotificationReceiver = {
  url: string;
  received: { headers: IncomingHttpHeaders; body: string }[];
  /** The next POSTs are answered with these instead of 200. */
  answers: number[];
  close(): Promise<void>;
};

/** Starts a receiver of Google's notifications on a free port. */
export async function startNotificationReceiver(): Promise<NotificationReceiver> {
  const received: NotificationReceiver['received'] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/google`,
    received,
    answers,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
