import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Answer,
  customer,
  type Harness,
  messageIdOf,
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

function codeOf({ body }: Answer): unknown {
  const error: unknown = body['error'];
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

describe('POST /{phone-number-id}/messages', () => {
  it('answers as Graph does and records the message once', async () => {
    const answer = await harness.send('Hello', { biz_opaque_callback_data: 'ref-1' });

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      messaging_product: 'whatsapp',
      contacts: [{ input: `+${customer}`, wa_id: customer }],
      messages: [{ id: expect.stringMatching(/^wamid\./) }],
    });
    expect(await sentCalls(harness)).toEqual([
      expect.objectContaining({
        sequence: 1,
        id: messageIdOf(answer),
        to: customer,
        type: 'text',
        text: 'Hello',
        reference: 'ref-1',
        phoneNumberId,
        outcome: 'accepted',
      }),
    ]);
  });

  it('addresses a customer without a phone by user id', async () => {
    const answer = await harness.send('Hello', { to: undefined, recipient: 'US.123' });

    expect(answer.body['contacts']).toEqual([{ input: 'US.123', user_id: 'US.123' }]);
    await until(() => harness.receiver.statuses().length > 0);
    expect(harness.receiver.statuses()[0]).toMatchObject({ recipient_user_id: 'US.123' });
  });

  it('lets sent, delivered and read follow, with the reference', async () => {
    const answer = await harness.send('Hello', { biz_opaque_callback_data: 'ref-2' });

    await until(() => harness.receiver.statuses().length === 3);

    const names = harness.receiver.statuses().map(({ status }) => status);
    expect(names.sort()).toEqual(['delivered', 'read', 'sent']);
    for (const status of harness.receiver.statuses()) {
      expect(status).toMatchObject({
        id: messageIdOf(answer),
        biz_opaque_callback_data: 'ref-2',
        recipient_id: customer,
      });
    }
  });

  it('posts a webhook again until it is answered 200', async () => {
    harness.simulators.configure({ readAfterMs: null, deliveredAfterMs: 60_000 });
    harness.receiver.answers.push(500, 503);

    await harness.send('Hello');
    await until(() => harness.receiver.received.length === 3);

    const [first, second, third] = harness.receiver.received;
    expect(second?.raw).toEqual(first?.raw);
    expect(third?.raw).toEqual(first?.raw);
  });

  it.each([
    ['no token', { token: null }, 190, 401],
    ['an expired token', { token: 'expired-token' }, 190, 401],
    ['4,097 characters', { text: { body: 'x'.repeat(4097) } }, 100, 400],
    ['no recipient', { to: undefined }, 131008, 400],
    ['no text', { text: {} }, 131008, 400],
    ['no product', { messaging_product: undefined }, 100, 400],
    ['an unknown type', { type: 'poem' }, 100, 400],
    ['a template without a name', { type: 'template', template: {} }, 131008, 400],
    ['an image without id or link', { type: 'image', image: {} }, 131008, 400],
    ['an image at no address', { type: 'image', image: { link: '/media/x' } }, 131009, 400],
    [
      'a caption of 1,025 characters',
      { type: 'video', video: { id: '1', caption: 'x'.repeat(1025) } },
      131009,
      400,
    ],
    ['a caption below sound', { type: 'audio', audio: { id: '1', caption: 'x' } }, 131009, 400],
    ['the name of an image', { type: 'image', image: { id: '1', filename: 'x' } }, 131009, 400],
    ['a reference of 513 characters', { biz_opaque_callback_data: 'x'.repeat(513) }, 100, 400],
    [
      'four buttons',
      {
        type: 'interactive',
        interactive: {
          type: 'button',
          body: { text: 'Which?' },
          action: {
            buttons: ['a', 'b', 'c', 'd'].map((title) => ({ type: 'reply', reply: { title } })),
          },
        },
      },
      131009,
      400,
    ],
  ])('refuses %s', async (_, { token, ...extra }: Record<string, unknown>, code, status) => {
    const body = {
      messaging_product: 'whatsapp',
      to: customer,
      type: 'text',
      text: { body: 'Hello' },
      ...extra,
    };
    const given = token === null || typeof token === 'string' ? token : 'token';

    const answer = await harness.graph('POST', `/${phoneNumberId}/messages`, body, given);

    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({
      error: { code, type: 'OAuthException', fbtrace_id: expect.any(String) },
    });
    expect(await sentCalls(harness)).toEqual([]);
  });

  it('takes 4,096 characters, templates and buttons', async () => {
    const text = await harness.send('x'.repeat(4096));
    const template = await harness.send('', {
      type: 'template',
      template: { name: 'hello', language: { code: 'en_US' } },
    });
    const buttons = await harness.send('', {
      type: 'interactive',
      interactive: {
        type: 'button',
        body: { text: 'Which?' },
        action: { buttons: [{ type: 'reply', reply: { id: '1', title: 'This' } }] },
      },
    });

    expect([text.status, template.status, buttons.status]).toEqual([200, 200, 200]);
    expect(template.body['messages']).toEqual([
      { id: expect.any(String), message_status: 'accepted' },
    ]);
  });

  it('keeps free text inside the 24 hours, in strict mode', async () => {
    let nowMs = Date.now();
    await harness.close();
    harness = await startHarness({ strictWindow: true, now: () => nowMs });

    const before = await harness.send('Hello');
    await harness.control('POST', '/whatsapp/messages', {
      phoneNumberId,
      from: { waId: customer },
      text: 'Hi',
    });
    const inside = await harness.send('Hello');
    nowMs += 24 * 60 * 60 * 1000;
    const after = await harness.send('Hello');
    const template = await harness.send('', {
      type: 'template',
      template: { name: 'hello', language: { code: 'en_US' } },
    });

    expect([before, inside, after, template].map(codeOf)).toEqual([
      131047,
      undefined,
      131047,
      undefined,
    ]);
  });

  it('stops the 46th message of a burst to one customer, in strict mode', async () => {
    const nowMs = Date.now();
    await harness.close();
    harness = await startHarness({ strictLimits: true, statuses: false, now: () => nowMs });

    const codes: unknown[] = [];
    for (let count = 0; count < 46; count += 1) codes.push(codeOf(await harness.send('x')));
    const another = await harness.send('x', { to: '15550003333' });

    expect(codes.slice(0, 45).every((code) => code === undefined)).toBe(true);
    expect(codes[45]).toBe(131056);
    expect(another.status).toBe(200);
  });
});

describe('a read receipt', () => {
  it('succeeds and shows typing for the message of that customer', async () => {
    const written = await harness.control('POST', '/whatsapp/messages', {
      phoneNumberId,
      from: { waId: customer },
      text: 'Hi',
    });

    const answer = await harness.graph('POST', `/${phoneNumberId}/messages`, {
      messaging_product: 'whatsapp',
      status: 'read',
      message_id: written.body['id'],
      typing_indicator: { type: 'text' },
    });

    expect(answer.body).toEqual({ success: true });
    expect(await sentCalls(harness, '?kind=read')).toEqual([
      expect.objectContaining({ readMessageId: written.body['id'], typing: true, to: customer }),
    ]);
  });
});

describe('GET /{phone-number-id}', () => {
  it('describes a number to the holder of a token', async () => {
    const answer = await harness.graph('GET', `/${phoneNumberId}?fields=verified_name`);

    expect(answer.body).toMatchObject({ id: phoneNumberId, verified_name: expect.any(String) });
  });

  it('knows no number without access and none outside its list', async () => {
    const noAccess = await harness.graph('GET', '/no-access-1');
    await harness.close();
    harness = await startHarness({ knownPhoneNumberIds: [phoneNumberId] });
    const unknown = await harness.graph('GET', '/199');
    const known = await harness.graph('GET', `/${phoneNumberId}`);

    expect(noAccess.body).toMatchObject({ error: { code: 100, error_subcode: 33 } });
    expect(unknown.status).toBe(400);
    expect(known.status).toBe(200);
  });
});
