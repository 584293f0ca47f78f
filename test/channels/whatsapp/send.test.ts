import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { account, channelTo, graphError, graphThat, json } from './graph-stub.ts';

const hello = { kind: 'text', text: 'Hello' } as const;
const accepted = json(200, {
  messaging_product: 'whatsapp',
  contacts: [{ input: '+15550100042', wa_id: '15550100042' }],
  messages: [{ id: 'wamid.TESTSENT==' }],
});

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('whatsappChannel.send', () => {
  it('sends text to a phone number with a plus sign and our reference', async () => {
    const graph = await graphThat(accepted);

    const outcome = await channelTo(graph.url).send(account, '15550100042', hello, 'msg_1');

    expect(outcome).toEqual({ outcome: 'accepted', providerMessageId: 'wamid.TESTSENT==' });
    expect(graph.seen).toEqual([
      {
        method: 'POST',
        path: '/v25.0/900100200300400/messages',
        token: 'Bearer the-token',
        body: {
          messaging_product: 'whatsapp',
          recipient_type: 'individual',
          to: '+15550100042',
          type: 'text',
          text: { preview_url: false, body: 'Hello' },
          biz_opaque_callback_data: 'msg_1',
        },
      },
    ]);
  });

  it('sends to a business-scoped user id as recipient, without a phone number', async () => {
    const graph = await graphThat(accepted);

    await channelTo(graph.url).send(account, 'BR.30003', hello, 'msg_1');

    expect(graph.seen[0]?.body).toMatchObject({ recipient: 'BR.30003' });
    expect(graph.seen[0]?.body).not.toHaveProperty('to');
  });

  it('sends a template by name and language', async () => {
    const graph = await graphThat(accepted);

    const template = { kind: 'template', name: 'follow_up', language: 'pt_BR' } as const;
    await channelTo(graph.url).send(account, '15550100042', template, 'msg_1');

    expect(graph.seen[0]?.body).toMatchObject({
      type: 'template',
      template: { name: 'follow_up', language: { code: 'pt_BR' } },
    });
  });

  it('fills the body of a template in the order of its parameters', async () => {
    const graph = await graphThat(accepted);

    await channelTo(graph.url).send(
      account,
      '15550100042',
      { kind: 'template', name: 'hot_lead', language: 'en_US', parameters: ['Ana', 'a table\0'] },
      'msg_1',
    );

    expect(graph.seen[0]?.body).toMatchObject({
      template: {
        name: 'hot_lead',
        components: [
          {
            type: 'body',
            parameters: [
              { type: 'text', text: 'Ana' },
              { type: 'text', text: 'a table' },
            ],
          },
        ],
      },
    });
  });

  it('sends a text with a button that opens a page', async () => {
    const graph = await graphThat(accepted);

    const message = {
      kind: 'link_button',
      text: 'Here are *our* prices.\0',
      label: 'See prices',
      url: 'https://r.example/r/AAAAAAAAAAAAAAAAAAAAAA',
    } as const;
    await channelTo(graph.url).send(account, 'BR.30003', message, 'msg_1');

    expect(graph.seen[0]?.body).toEqual({
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      recipient: 'BR.30003',
      type: 'interactive',
      interactive: {
        type: 'cta_url',
        body: { text: 'Here are *our* prices.' },
        action: {
          name: 'cta_url',
          parameters: { display_text: 'See prices', url: message.url },
        },
      },
      biz_opaque_callback_data: 'msg_1',
    });
  });

  it('sends text that any JSON reader takes, whatever the model wrote', async () => {
    const graph = await graphThat(accepted);

    await channelTo(graph.url).send(
      account,
      '15550100042',
      { kind: 'text', text: 'a\0b\ud83d ü😀' },
      'msg_1',
    );

    expect(graph.seen[0]?.body).toMatchObject({ text: { body: 'ab\ufffd ü😀' } });
  });

  it('refuses an address that WhatsApp does not have without asking Graph', async () => {
    const graph = await graphThat(accepted);

    const outcome = await channelTo(graph.url).send(account, 'someone@example.com', hello, 'msg_1');

    expect(outcome).toMatchObject({ outcome: 'refused', scope: 'message' });
    expect(graph.seen).toEqual([]);
  });

  it('says what Graph said when it refuses', async () => {
    const graph = await graphThat(graphError(400, 131047, { error_data: { details: 'Too late' } }));

    expect(await channelTo(graph.url).send(account, '15550100042', hello, 'msg_1')).toEqual({
      outcome: 'refused',
      scope: 'reply_window',
      error: { code: 131047, text: 'error 131047', details: 'Too late' },
    });
  });

  it('retries after the time that the answer names', async () => {
    const graph = await graphThat((response) => {
      response.writeHead(429, { 'retry-after': '7' });
      response.end('slow down');
    });

    expect(await channelTo(graph.url).send(account, '15550100042', hello, 'msg_1')).toMatchObject({
      outcome: 'retry',
      retryAfterMs: 7000,
    });
  });

  // Fails with BEFORE_SENDING emptied: the outcome is unknown then, and the customer waits for nothing.
  it('may be repeated at once when nothing listened or the name has no address', async () => {
    const refused = channelTo(`http://127.0.0.1:${await closedPort()}`);
    const nameless = channelTo('http://graph.invalid');

    expect(await refused.send(account, '15550100042', hello, 'msg_1')).toMatchObject({
      outcome: 'retry',
      error: { text: 'ECONNREFUSED' },
    });
    expect(await nameless.send(account, '15550100042', hello, 'msg_1')).toMatchObject({
      outcome: 'retry',
    });
  });

  it('is unknown when the connection breaks after the request went out', async () => {
    const graph = await graphThat((response) => response.socket?.destroy());

    const outcome = await channelTo(graph.url).send(account, '15550100042', hello, 'msg_1');

    expect(outcome).toMatchObject({ outcome: 'unknown' });
    expect(graph.seen).toHaveLength(1);
  });

  it('is unknown when the connection breaks in the middle of the answer', async () => {
    const graph = await graphThat((response) => {
      response.writeHead(200, { 'content-length': '500' });
      response.write('{"messages":[');
      setTimeout(() => response.socket?.destroy(), 20);
    });

    expect(await channelTo(graph.url).send(account, '15550100042', hello, 'msg_1')).toMatchObject({
      outcome: 'unknown',
    });
  });

  it('is unknown when no answer comes in time, also when one trickles in', async () => {
    const graph = await graphThat((response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    });
    const silent = await graphThat(() => undefined);

    const both = [graph, silent].map(({ url }) =>
      channelTo(url, 150).send(account, '15550100042', hello, 'msg_1'),
    );

    expect(await Promise.all(both)).toEqual([
      { outcome: 'unknown', error: { code: -1, text: 'timeout' } },
      { outcome: 'unknown', error: { code: -1, text: 'timeout' } },
    ]);
  });

  it.each([
    ['no message id', json(200, { messages: [] })],
    ['a page', (response: ServerResponse) => void response.end('<html>')],
    ['nothing', (response: ServerResponse) => void response.end()],
    ['too much', (response: ServerResponse) => void response.end('x'.repeat(2_000_000))],
  ])('is unknown when Graph says 200 with %s', async (_case, answer) => {
    const graph = await graphThat(answer);

    expect(await channelTo(graph.url).send(account, '15550100042', hello, 'msg_1')).toMatchObject({
      outcome: 'unknown',
    });
  });

  it('blames the account for a token that no header can carry', async () => {
    const graph = await graphThat(accepted);

    const outcome = await channelTo(graph.url).send(
      { ...account, accessToken: 'to\nken' },
      '15550100042',
      hello,
      'msg_1',
    );

    expect(outcome).toMatchObject({ outcome: 'refused', scope: 'account', error: { code: 190 } });
    expect(graph.seen).toEqual([]);
  });

  it('does not follow a redirect with the token', async () => {
    const other = await graphThat(accepted);
    const graph = await graphThat((response) => {
      response.writeHead(302, { location: `${other.url}/stolen` });
      response.end();
    });

    expect(await channelTo(graph.url).send(account, '15550100042', hello, 'msg_1')).toMatchObject({
      outcome: 'unknown',
    });
    expect(other.seen).toEqual([]);
  });

  it('uses one connection for calls one after another', async () => {
    const ports = new Set<number | undefined>();
    const graph = await graphThat((response, seen) => {
      ports.add(response.socket?.remotePort);
      accepted(response, seen);
    });
    const channel = channelTo(graph.url);

    for (let call = 0; call < 5; call++) {
      await channel.send(account, '15550100042', hello, `msg_${call}`);
    }

    expect(graph.seen).toHaveLength(5);
    expect(ports.size).toBe(1);
  });
});
