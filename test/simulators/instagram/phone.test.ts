import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isObject } from '../../../simulators/lib/json.ts';
import { type Harness, startHarness } from '../harness.ts';
import { until } from '../webhook-receiver.ts';

const accountId = '17841400000000001';
const customer = '17840000000000042';
let harness: Harness;

beforeEach(async () => {
  harness = await startHarness({ echoAfterMs: 20, readAfterMs: 60 });
});
afterEach(() => harness.close());

/** What the business sends to somebody; answers the id of a message. */
async function send(body: Record<string, unknown>, to = customer): Promise<unknown> {
  const response = await fetch(`${harness.simulators.url}/instagram/v25.0/${accountId}/messages`, {
    method: 'POST',
    headers: { authorization: 'Bearer IGtoken' },
    body: JSON.stringify({ recipient: { id: to }, ...body }),
  });
  const answer: unknown = await response.json();
  return isObject(answer) ? answer['message_id'] : undefined;
}

const event = (body: Record<string, unknown>) =>
  harness.control('POST', '/instagram/messages', { accountId, from: { id: customer }, ...body });

describe('the phone of a customer on Instagram', () => {
  // Seen failing with the filter taken out of open-phone-events.ts.
  it('is shown what happens to it, and to nobody else', async () => {
    const asked = new URLSearchParams({ accountId, customer }).toString();
    const stream = await fetch(`${harness.simulators.url}/_simulator/instagram/events?${asked}`);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    const shown = async (words: string): Promise<void> => {
      await until(async () => {
        seen += (await reader?.read())?.value ?? '';
        return seen.includes(words);
      });
    };
    let seen = '';

    await event({ text: 'Hi' });
    await send({ sender_action: 'typing_on' }, '17840000000000077');
    await send({ sender_action: 'mark_seen' });
    await send({ sender_action: 'typing_on' });
    const messageId = await send({ message: { text: 'Hello' } });
    await shown('event: read');
    await event({ kind: 'unsend', targetId: 'x' });
    await shown('"kind":"unsend"');

    const types = [...seen.matchAll(/^event: (\w+)$/gm)].map(([, type]) => type);
    expect(types).toEqual(['written', 'seen', 'typing', 'message', 'echo', 'read', 'written']);
    expect(seen).toContain(`"messageId":"${String(messageId)}"`);
    await reader?.cancel();
  });
});
