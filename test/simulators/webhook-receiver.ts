import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export type ReceivedWebhook = { raw: Buffer; signature: string | undefined; body: unknown };

/** A stand-in for the app: keeps every webhook and answers the statuses it is told to, then 200. */
export type WebhookReceiver = {
  url: string;
  received: ReceivedWebhook[];
  /** The next POSTs are answered with these instead of 200. */
  answers: number[];
  /** All statuses received, in the order they came. */
  statuses(): StatusSeen[];
  close(): Promise<void>;
};

export type StatusSeen = {
  id: string;
  status: string;
  biz_opaque_callback_data?: string;
  recipient_id?: string;
  errors?: { code: number }[];
};

type StatusesBody = { entry: { changes: { value: { statuses?: StatusSeen[] } }[] }[] };

function isStatusesBody(body: unknown): body is StatusesBody {
  return typeof body === 'object' && body !== null && 'entry' in body;
}

export async function startReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      const header = request.headers['x-hub-signature-256'];
      const body: unknown = JSON.parse(raw.toString());
      received.push({ raw, signature: typeof header === 'string' ? header : undefined, body });
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/webhooks/meta`,
    received,
    answers,
    statuses: () =>
      received.flatMap(({ body }) =>
        isStatusesBody(body)
          ? body.entry.flatMap(({ changes }) =>
              changes.flatMap(({ value }) => value.statuses ?? []),
            )
          : [],
      ),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Waits until `ready` answers true; fails after 5 s. */
export async function until(ready: () => boolean | Promise<boolean>): Promise<void> {
  for (let count = 0; count < 500; count += 1) {
    if (await ready()) return;
    await sleep(10);
  }
  throw new Error('waited 5 s in vain');
}
