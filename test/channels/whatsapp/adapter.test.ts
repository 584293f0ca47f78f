import { describe, expect, it } from '@jest/globals';
import { account, channelTo, graphError, graphThat, json } from './graph-stub.ts';

const newest = { providerMessageId: 'wamid.1', from: '15550100042' };

describe('whatsappChannel.showReadAndTyping', () => {
  it('marks the message as read with a typing indicator', async () => {
    const graph = await graphThat(json(200, { success: true }));

    await channelTo(graph.url).showReadAndTyping(account, {
      providerMessageId: 'wamid.TESTIN==',
      from: '15550100042',
    });

    expect(graph.seen[0]).toMatchObject({
      path: '/v25.0/900100200300400/messages',
      body: {
        messaging_product: 'whatsapp',
        status: 'read',
        message_id: 'wamid.TESTIN==',
        typing_indicator: { type: 'text' },
      },
    });
  });

  it('rejects with a code that says whether another try may help', async () => {
    const graph = await graphThat(graphError(400, 100), graphError(400, 131056));
    const channel = channelTo(graph.url);

    await expect(channel.showReadAndTyping(account, newest)).rejects.toMatchObject({
      code: 'channel.refused',
    });
    await expect(channel.showReadAndTyping(account, newest)).rejects.toMatchObject({
      code: 'channel.unavailable',
    });
  });
});

describe('whatsappChannel.proveAccess', () => {
  it('asks for the phone number with the token and takes its verified name', async () => {
    const graph = await graphThat(
      json(200, {
        id: account.accountId,
        display_phone_number: '+1 555-010-0001',
        verified_name: 'Test Shop',
      }),
    );

    const proof = await channelTo(graph.url).proveAccess(account);

    expect(proof).toEqual({ hasAccess: true, displayName: 'Test Shop' });
    expect(graph.seen).toMatchObject([
      {
        method: 'GET',
        path: '/v25.0/900100200300400?fields=display_phone_number,verified_name',
        token: 'Bearer the-token',
      },
    ]);
  });

  it.each([
    ['a wrong token', graphError(401, 190), 190],
    ['an id that is not the token’s', graphError(400, 100), 100],
    ['an alias that answers for another id', json(200, { id: '777' }), 100],
  ])('finds no access with %s', async (_case, answer, code) => {
    const graph = await graphThat(answer);

    expect(await channelTo(graph.url).proveAccess(account)).toMatchObject({
      hasAccess: false,
      error: { code },
    });
  });

  it('cannot tell while Graph is not there', async () => {
    const graph = await graphThat(json(503, {}));

    await expect(channelTo(graph.url).proveAccess(account)).rejects.toMatchObject({
      code: 'channel.unavailable',
    });
  });

  it('asks for exactly the id, whatever is in it', async () => {
    const graph = await graphThat(json(200, { id: '../me?x=1' }));

    await channelTo(graph.url).proveAccess({ ...account, accountId: '../me?x=1' });

    expect(graph.seen[0]?.path).toBe(
      '/v25.0/..%2Fme%3Fx%3D1?fields=display_phone_number,verified_name',
    );
  });
});

describe('whatsappChannel.format', () => {
  const channel = channelTo('http://graph.invalid');

  it('gives pieces in WhatsApp’s marks, each within one message', () => {
    const pieces = channel.format(`# Rooms\n\n${'**One** room is free. '.repeat(400)}`);

    expect(pieces[0]?.startsWith('*Rooms*\n\n*One* room is free.')).toBe(true);
    expect(pieces.length).toBe(2);
    expect(pieces.every((piece) => piece.length <= 4096 && piece.endsWith('free.'))).toBe(true);
  });

  it('gives no piece for nothing to show', () => {
    expect(channel.format(' \n---\n')).toEqual([]);
  });
});
