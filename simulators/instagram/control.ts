import { answer, bodyOf, type ControlRoute } from '../control/answer.ts';
import { openPhoneEvents } from '../control/open-phone-events.ts';
import { type JsonObject, numberAt, textAt } from '../lib/json.ts';
import { webhookJson } from '../meta/sign.ts';
import { writeEvent } from './customer-writes.ts';
import { parseInstagramFault } from './faults.ts';
import { noteProfile } from './profiles.ts';
import { noteWritten } from './sends.ts';
import type { InstagramWorld } from './world.ts';

/** What became of the posts: `webhookStatus` is the first, 0 when there was no answer. */
export type PostedEvent = { id?: string; webhookStatus: number; webhookStatuses: number[] };

/** Lets a customer or a person in Instagram's app do something, or posts any body. An error text when it makes no sense. */
export async function postEvent(
  world: InstagramWorld,
  body: JsonObject,
): Promise<PostedEvent | string> {
  const raw = textAt(body, 'rawText') ?? (body['raw'] && webhookJson(body['raw']));
  if (typeof raw === 'string') {
    const { signature } = body;
    const given = typeof signature === 'string' || signature === null ? signature : undefined;
    return posted(await repeat(body, () => world.sender.post(raw, given)));
  }
  const written = writeEvent(world, body);
  if (typeof written === 'string') return written;
  const { payload, id, accountId, customer } = written;
  const { kind = 'message', text } = body;
  if (kind !== 'echo' && kind !== 'comment') {
    noteWritten(world, accountId, customer);
    noteProfile(world, customer, body);
  }
  const type = kind === 'echo' ? 'echo' : 'written';
  world.events.publish({ type, accountId, customer, messageId: id, kind, text });
  return { id, ...posted(await repeat(body, () => world.sender.deliver(payload))) };
}

async function repeat(body: JsonObject, post: () => Promise<number>): Promise<number[]> {
  const times = Math.min(1000, Math.max(1, numberAt(body, 'times') ?? 1));
  if (body['concurrently'] === true) return Promise.all(Array.from({ length: times }, post));
  const statuses: number[] = [];
  for (let count = 0; count < times; count += 1) statuses.push(await post());
  return statuses;
}

function posted(webhookStatuses: number[]): PostedEvent {
  return { webhookStatus: webhookStatuses[0] ?? 0, webhookStatuses };
}

/** The control API of the simulated Instagram, below `/_simulator`. */
export const instagramRoutes: Record<string, ControlRoute> = {
  'POST /instagram/messages': async ({ instagram }, exchange) => {
    const result = await postEvent(instagram, await bodyOf(exchange));
    if (typeof result === 'string') answer(exchange, 400, { error: result });
    else answer(exchange, 200, result);
  },
  'GET /instagram/sent': ({ instagram }, exchange) => {
    const { after, ...rest } = Object.fromEntries(new URLSearchParams(exchange.query));
    const filter = { ...rest, ...(after === undefined ? {} : { after: Number(after) }) };
    answer(exchange, 200, { data: instagram.sent.find(filter) });
  },
  'GET /instagram/events': ({ instagram }, exchange) =>
    openPhoneEvents(instagram.events, exchange, ['accountId', 'customer']),
  'POST /instagram/faults': async ({ instagram }, exchange) => {
    const fault = parseInstagramFault(await bodyOf(exchange));
    if (fault === undefined) return answer(exchange, 400, { error: 'no such fault' });
    instagram.faults.add(fault);
    answer(exchange, 200, fault);
  },
  'POST /instagram/revocations': async ({ instagram }, exchange) => {
    const { accountId, subcode } = await bodyOf(exchange);
    if (typeof accountId !== 'string') return answer(exchange, 400, { error: 'no accountId' });
    instagram.tokens.revoke(accountId, typeof subcode === 'number' ? subcode : 460);
    answer(exchange, 200, {});
  },
  'GET /instagram/subscriptions': ({ instagram }, exchange) => {
    answer(exchange, 200, { data: Object.fromEntries(instagram.subscriptions) });
  },
  'DELETE /instagram/faults': ({ instagram }, exchange) => {
    instagram.faults.clear();
    answer(exchange, 200, {});
  },
};
