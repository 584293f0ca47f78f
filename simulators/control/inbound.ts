import { isObject, type JsonObject, numberAt, objectAt, textAt } from '../lib/json.ts';
import { noteWritten, writeMessage } from '../meta/customer-writes.ts';
import { envelope } from '../meta/payloads.ts';
import { webhookJson } from '../meta/sign.ts';
import type { WhatsAppWorld } from '../meta/world.ts';

/** What became of the posts: `webhookStatus` is the first, 0 when there was no answer. */
export type Posted = { id?: string; webhookStatus: number; webhookStatuses: number[] };

/** Lets a simulated customer write, or posts any body as Meta would. An error text when the request makes no sense. */
export async function postInbound(
  world: WhatsAppWorld,
  body: JsonObject,
): Promise<Posted | string> {
  const raw = rawBody(body);
  if (raw !== undefined) {
    const { signature } = body;
    const given = typeof signature === 'string' || signature === null ? signature : undefined;
    return posted(await repeat(body, () => world.sender.post(raw, given)));
  }
  const written = writeMessage(world, body);
  if (typeof written === 'string') return written;
  noteWritten(world, written);
  const redeliver = body['redeliver'] !== false;
  const statuses = await repeat(body, () =>
    redeliver
      ? world.sender.deliver(written.payload)
      : world.sender.post(webhookJson(written.payload)),
  );
  return { id: written.id, ...posted(statuses) };
}

/** The bytes to post as they are: `rawText` untouched, `raw` a whole body, `rawValue` one change's value. */
function rawBody(body: JsonObject): string | undefined {
  const text = textAt(body, 'rawText');
  if (text !== undefined) return text;
  if (body['raw'] !== undefined) return webhookJson(body['raw']);
  if (!isObject(body['rawValue'])) return undefined;
  const field = textAt(body, 'field');
  return webhookJson(envelope([objectAt(body, 'rawValue')], field === undefined ? {} : { field }));
}

async function repeat(body: JsonObject, post: () => Promise<number>): Promise<number[]> {
  const times = Math.min(1000, Math.max(1, numberAt(body, 'times') ?? 1));
  if (body['concurrently'] === true) return Promise.all(Array.from({ length: times }, post));
  const statuses: number[] = [];
  for (let count = 0; count < times; count += 1) statuses.push(await post());
  return statuses;
}

function posted(webhookStatuses: number[]): Posted {
  return { webhookStatus: webhookStatuses[0] ?? 0, webhookStatuses };
}
