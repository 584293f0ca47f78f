import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isObject } from '../../../simulators/lib/json.ts';
import { parseInstagram } from '../../../src/channels/instagram/parse.ts';
import { type Answer, type Harness, startHarness } from '../harness.ts';
import { until } from '../webhook-receiver.ts';

const accountId = '17841400000000001';
const customer = '17840000000000042';
const instagramAppSecret = 'a-secret-of-instagram';
let harness: Harness;

beforeEach(async () => {
  harness = await startHarness({ instagramAppSecret, echoAfterMs: 20, readAfterMs: 60 });
});
afterEach(() => harness.close());

async function call(path: string, body: unknown, token = 'IGtoken'): Promise<Answer> {
  const response = await fetch(`${harness.simulators.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answered: unknown = await response.json();
  const parsed = isObject(answered) ? answered : {};
  return { status: response.status, headers: response.headers, body: parsed };
}

const send = (text: string) =>
  call(`/instagram/v25.0/${accountId}/messages`, {
    recipient: { id: customer },
    message: { text },
  });
const event = (body: Record<string, unknown>) =>
  harness.control('POST', '/instagram/messages', { accountId, from: { id: customer }, ...body });
const fault = (body: Record<string, unknown>) => harness.control('POST', '/instagram/faults', body);
/** What the app would make of the webhooks so far. */
const events = () => harness.receiver.received.flatMap(({ body }) => parseInstagram(body));
const types = () => events().map(({ type }) => type);

describe('the simulated Instagram, asked to send', () => {
  it('answers an id, echoes the message under it and lets the customer see it', async () => {
    const { status, body } = await send('Hello');

    expect(status).toBe(200);
    expect(body).toEqual({ recipient_id: customer, message_id: expect.any(String) });
    await until(() => events().length === 2);
    expect(events()).toMatchObject([
      { type: 'echo', providerMessageId: body['message_id'], content: { text: 'Hello' } },
      { type: 'status', providerMessageId: body['message_id'], status: 'read' },
    ]);
  });

  it('signs with Instagram’s own secret', async () => {
    await send('Hello');
    await until(() => harness.receiver.received.length > 0);

    const [webhook] = harness.receiver.received;
    const hmac = createHmac('sha256', instagramAppSecret).update(webhook?.raw ?? '');
    expect(webhook?.signature).toBe(`sha256=${hmac.digest('hex')}`);
  });

  it('takes 1,000 bytes and not one more, whatever the characters', async () => {
    expect((await send('é'.repeat(500))).status).toBe(200);
    expect(await send(`${'é'.repeat(500)}x`)).toMatchObject({
      status: 400,
      body: { error: { code: 100 } },
    });
  });

  it('wants the token of the login that it is asked by', async () => {
    const message = { recipient: { id: customer }, message: { text: 'Hello' } };

    const page = `EAA-of-${accountId}`;
    expect((await call('/v25.0/me/messages', message, page)).status).toBe(200);
    expect((await call('/v25.0/me/messages', message)).status).toBe(401);
    expect((await call(`/instagram/v25.0/${accountId}/messages`, message, page)).status).toBe(401);
    const [sent] = harness.simulators.instagramSent({ accountId });
    expect(sent).toMatchObject({ login: 'facebook', to: customer });
  });

  it('closes the reply window when it is strict', async () => {
    await harness.control('POST', '/settings', { strictWindow: true });

    expect(await send('too late')).toMatchObject({
      status: 400,
      body: { error: { code: 10, error_subcode: 2534022 } },
    });
    await event({ text: 'hello' });
    expect((await send('in time')).status).toBe(200);
  });

  it('leaves WhatsApp’s calls on the same paths to WhatsApp', async () => {
    expect((await harness.send('Hello')).body).toHaveProperty('messages');
    expect(harness.simulators.instagramSent({ outcome: 'all' })).toEqual([]);
  });
});

describe('POST /_simulator/instagram/faults', () => {
  it('echoes before it answers', async () => {
    await fault({ action: 'echo', echo: 'before_answer' });
    let echoedFirst = false;

    const answered = send('Hello');
    await until(() => types().includes('echo'));
    echoedFirst = await Promise.race([answered.then(() => false), Promise.resolve(true)]);
    await answered;

    expect(echoedFirst).toBe(true);
  });

  it.each([
    ['none', 0],
    ['duplicated', 2],
  ])('echoes as often as it is told: %s', async (echo, times) => {
    await fault({ action: 'echo', echo });
    await send('Hello');
    await until(() => types().includes('status'));

    expect(types().filter((type) => type === 'echo')).toHaveLength(times);
  });

  it('answers an error after it sent', async () => {
    await fault({ action: 'error_after_send', code: 1, subcode: 1357046 });

    expect((await send('Hello')).body).toMatchObject({ error: { error_subcode: 1357046 } });
    expect(harness.simulators.instagramSent()).toMatchObject([{ answered: false, text: 'Hello' }]);
  });

  it('refuses what is no fault', async () => {
    expect((await fault({ action: 'explode' })).status).toBe(400);
    expect((await fault({ action: 'echo' })).status).toBe(400);
  });
});

describe('POST /_simulator/instagram/messages', () => {
  it.each([
    [{ text: 'hello' }, 'message'],
    [{ attachments: [{ type: 'image' }, { type: 'audio' }] }, 'message'],
    [{ kind: 'quick_reply', text: 'Yes', payload: 'YES' }, 'message'],
    [{ kind: 'postback', text: 'Start', payload: 'START' }, 'message'],
    [{ kind: 'referral', referral: { ref: 'x' } }, 'message'],
    [{ kind: 'reaction', targetId: 'm.1', emoji: '👍' }, 'reaction'],
    [{ kind: 'edit', targetId: 'm.1', text: 'new' }, 'edit'],
    [{ kind: 'unsend', targetId: 'm.1' }, 'revoke'],
    [{ kind: 'read', targetId: 'm.1' }, 'status'],
    [{ kind: 'echo', text: 'Rita here' }, 'echo'],
  ])('posts %j', async (body, type) => {
    for (const shape of ['messaging', 'changes', 'flat', 'standby']) {
      expect((await event({ ...body, shape })).body).toMatchObject({ webhookStatus: 200 });
    }

    expect(types()).toEqual([type, type, type, type]);
  });

  it('serves a file to whoever has its address, and to nobody with a token', async () => {
    await event({ attachments: [{ type: 'image' }] });
    const [message] = events();
    const url = (message?.type === 'message' && message.content.media[0]?.url) || '';

    expect((await fetch(url)).headers.get('content-type')).toBe('image/png');
    expect((await fetch(url, { headers: { authorization: 'Bearer x' } })).status).toBe(400);
  });

  it('says what makes no sense', async () => {
    expect((await event({ kind: 'song' })).status).toBe(400);
    expect((await harness.control('POST', '/instagram/messages', {})).status).toBe(400);
  });
});

describe('the simulated Instagram, asked for a private reply', () => {
  const day = 24 * 60 * 60 * 1000;
  const reply = (id: unknown, from = accountId) =>
    call(`/instagram/v25.0/${from}/messages`, {
      recipient: { comment_id: id },
      message: { text: 'In private' },
    });
  const comment = async (more: object = {}) => {
    const { body } = await event({ kind: 'comment', text: 'Price?', ...more });
    return body['id'];
  };

  it.each(['flat', 'changes'])('posts a comment in the shape %s', async (shape) => {
    const id = await comment({ shape });

    expect(events()).toMatchObject([
      {
        type: 'comment',
        providerMessageId: id,
        from: { addresses: [{ address: customer }] },
        content: { text: 'Price?' },
      },
    ]);
  });

  it('sends one to whoever commented, also without a reply window, and opens none', async () => {
    await harness.control('POST', '/settings', { strictWindow: true });
    const id = await comment();

    const { status, body } = await reply(id);

    expect([status, body['recipient_id']]).toEqual([200, customer]);
    await until(() => types().includes('echo'));
    expect(events()).toContainEqual(
      expect.objectContaining({ type: 'echo', providerMessageId: body['message_id'] }),
    );
    expect((await send('More')).body).toMatchObject({ error: { code: 10 } });
  });

  it('refuses a second one, one that is late, and one to what is not there', async () => {
    const id = await comment();
    await reply(id);
    const codes = [
      await reply(id),
      await reply(await comment({ timestamp: Date.now() - 8 * day })),
      await reply(await comment({ deleted: true })),
      await reply('nothing'),
      await reply(await comment(), '17841400000000002'),
    ].map(({ body }) => (isObject(body['error']) ? body['error']['code'] : undefined));

    expect(codes).toEqual([10900, 10903, 100, 100, 100]);
  });
});

describe('the simulated Instagram, asked who a customer is', () => {
  const ask = (fields: string) => call(`/instagram/v25.0/${customer}?fields=${fields}`, undefined);

  it('tells it once they have written, and nothing for a field too many', async () => {
    const before = await ask('name,username');
    await event({ text: 'Hello', from: { id: customer, name: 'Ana', username: 'ana' } });

    expect(before.body).toMatchObject({ error: { code: 230 } });
    expect((await ask('name,username')).body).toEqual({
      name: 'Ana',
      username: 'ana',
      id: customer,
    });
    expect((await ask('name,biography')).body).toMatchObject({ error: { code: 100 } });
  });
});
