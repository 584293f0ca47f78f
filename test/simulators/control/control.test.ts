import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { numberAt, objectsAt } from '../../../simulators/lib/json.ts';
import { signWebhook } from '../../../simulators/meta/sign.ts';
import {
  appSecret,
  customer,
  type Harness,
  phoneNumberId,
  sentCalls,
  startHarness,
} from '../harness.ts';
import { until } from '../webhook-receiver.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

const write = (extra: Record<string, unknown>) =>
  harness.control('POST', '/whatsapp/messages', {
    phoneNumberId,
    from: { waId: customer, name: 'Ana' },
    ...extra,
  });

describe('POST /_simulator/whatsapp/messages', () => {
  it('posts a signed webhook and answers what the app answered', async () => {
    const { body } = await write({ text: 'Olá' });

    const [webhook] = harness.receiver.received;
    expect(body).toMatchObject({ id: expect.stringMatching(/^wamid\./), webhookStatus: 200 });
    expect(webhook?.signature).toBe(signWebhook(webhook?.raw ?? '', appSecret));
    expect(webhook?.body).toMatchObject({
      entry: [{ changes: [{ value: { messages: [{ id: body['id'], text: { body: 'Olá' } }] } }] }],
    });
  });

  it('keeps the file of a message until it is fetched', async () => {
    await write({ type: 'audio', media: { transcript: 'Do you deliver?' } });

    expect(harness.receiver.received[0]?.body).toMatchObject({
      entry: [
        {
          changes: [
            {
              value: {
                messages: [{ type: 'audio', audio: { id: expect.any(String), voice: true } }],
              },
            },
          ],
        },
      ],
    });
  });

  it('passes any member of a message through', async () => {
    await write({
      type: 'reaction',
      message: { reaction: { message_id: 'wamid.1', emoji: '👍' } },
    });

    expect(harness.receiver.received[0]?.body).toMatchObject({
      entry: [{ changes: [{ value: { messages: [{ reaction: { emoji: '👍' } }] } }] }],
    });
  });

  it('delivers the same message many times at once', async () => {
    const { body } = await write({ text: 'Hi', times: 5, concurrently: true });

    const bodies = new Set(harness.receiver.received.map(({ raw }) => raw.toString()));
    expect(body['webhookStatuses']).toEqual([200, 200, 200, 200, 200]);
    expect(bodies.size).toBe(1);
  });

  it('delivers again what the app refused', async () => {
    harness.receiver.answers.push(503);

    const { body } = await write({ text: 'Hi' });
    await until(() => harness.receiver.received.length === 2);

    expect(body['webhookStatus']).toBe(503);
  });

  it('posts any body, signed, wrongly signed or not signed', async () => {
    await write({ raw: { object: 'anything' } });
    await write({ raw: { object: 'anything' }, signature: 'sha256=00' });
    await write({ raw: { object: 'anything' }, signature: null });
    await write({ rawValue: { event: 'x' }, field: 'account_update' });

    const { received } = harness.receiver;
    expect(received[0]?.signature).toBe(signWebhook('{"object":"anything"}', appSecret));
    expect(received[1]?.signature).toBe('sha256=00');
    expect(received[2]?.signature).toBeUndefined();
    expect(received[3]?.body).toMatchObject({
      entry: [{ changes: [{ field: 'account_update', value: { event: 'x' } }] }],
    });
  });

  it('says what is missing', async () => {
    const answer = await harness.control('POST', '/whatsapp/messages', { text: 'Hi' });

    expect(answer).toMatchObject({ status: 400, body: { error: 'phoneNumberId is missing' } });
  });
});

describe('the control API', () => {
  it('shows the phone what happens to it', async () => {
    const stream = await fetch(
      `${harness.simulators.url}/_simulator/whatsapp/events?customer=${customer}`,
    );
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();

    await write({ text: 'Hi' });
    await harness.send('Hello');
    await harness.send('not for you', { to: '15550007777' });
    let seen = '';
    await until(async () => {
      seen += (await reader?.read())?.value ?? '';
      return seen.includes('"status":"read"');
    });

    const types = [...seen.matchAll(/^event: (\w+)$/gm)].map(([, type]) => type);
    expect(types).toEqual(['written', 'message', 'status', 'status', 'status']);
    expect(seen).not.toContain('not for you');
  });

  it('may be called from any page', async () => {
    const preflight = await fetch(`${harness.simulators.url}/_simulator/reset`, {
      method: 'OPTIONS',
    });

    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('counts without recording', async () => {
    await harness.control('POST', '/settings', { record: 'count' });

    await harness.send('Hello');
    await harness.model({ model: 'm', input: 'x' });

    expect(await sentCalls(harness)).toEqual([]);
    expect((await harness.control('GET', '/openai/requests')).body['data']).toEqual([]);
    expect((await harness.control('GET', '/counters')).body).toMatchObject({
      sendsAccepted: 1,
      modelAnswers: 1,
    });
  });

  it('keeps only the last calls', async () => {
    await harness.control('POST', '/settings', { sentLimit: 3 });

    for (let count = 0; count < 10; count += 1) await harness.send(`${count}`);

    expect((await sentCalls(harness)).map(({ text }) => text)).toEqual(['7', '8', '9']);
    expect((await sentCalls(harness, '?after=9')).map(({ text }) => text)).toEqual(['9']);
  });

  it('refuses a setting it does not have', async () => {
    const answer = await harness.control('POST', '/settings', { modelLatency: 3 });

    expect(answer).toMatchObject({ status: 400, body: { error: 'cannot set modelLatency' } });
  });

  it('forgets everything on reset, settings and faults too', async () => {
    await harness.control('POST', '/settings', { statuses: false });
    await harness.control('POST', '/whatsapp/faults', { action: 'error', code: 190 });
    await write({ text: 'Hi' });

    await harness.control('POST', '/reset');

    const counters = (await harness.control('GET', '/counters')).body;
    expect(Object.keys(counters).every((key) => numberAt(counters, key) === 0)).toBe(true);
    expect((await harness.control('GET', '/settings')).body['statuses']).toBe(true);
    expect((await harness.send('Hello')).status).toBe(200);
  });

  it('keeps the secret to itself', async () => {
    expect((await harness.control('GET', '/settings')).body).not.toHaveProperty('appSecret');
  });

  it('shows what the model was asked and when the caller gave up', async () => {
    const abort = new AbortController();
    const asked = fetch(`${harness.simulators.openaiBaseUrl}/responses`, {
      method: 'POST',
      headers: { authorization: 'Bearer key' },
      body: JSON.stringify({ model: 'm', input: '[[sim:delay 60000]] hi' }),
      signal: abort.signal,
    }).catch(() => 'given up');
    await until(() => harness.simulators.modelRequests()[0]?.outcome === 'answering');
    abort.abort();

    expect(await asked).toBe('given up');
    await until(async () => {
      const { body } = await harness.control('GET', '/openai/requests');
      return objectsAt(body, 'data')[0]?.['outcome'] === 'aborted';
    });
  });
});
