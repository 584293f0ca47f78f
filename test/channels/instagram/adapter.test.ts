import { describe, expect, it } from '@jest/globals';
import { graphError, graphThat, json } from '../whatsapp/graph-stub.ts';
import { account, channelTo, customer, pageAccount } from './channel-to.ts';

describe('instagramChannel.showReadAndTyping', () => {
  const newest = { providerMessageId: 'm.1', from: customer };

  it('marks the conversation as seen and shows typing, one after the other', async () => {
    const graph = await graphThat(json(200, { recipient_id: customer }));

    await channelTo(graph.url).showReadAndTyping(account, newest);

    expect(graph.seen.map(({ body }) => body)).toEqual([
      { recipient: { id: customer }, sender_action: 'mark_seen' },
      { recipient: { id: customer }, sender_action: 'typing_on' },
    ]);
  });

  it('rejects with a code that says whether another try may help', async () => {
    const graph = await graphThat(graphError(400, 100), graphError(400, 2));
    const channel = channelTo(graph.url);

    await expect(channel.showReadAndTyping(account, newest)).rejects.toMatchObject({
      code: 'channel.refused',
    });
    await expect(channel.showReadAndTyping(account, newest)).rejects.toMatchObject({
      code: 'channel.unavailable',
    });
  });
});

describe('instagramChannel.proveAccess', () => {
  it.each([
    ['Instagram’s login', account, { id: '17841400000000001' }, 'user_id,username,name'],
    [
      'Instagram’s login, with its second id',
      account,
      { id: '9000', user_id: '17841400000000001' },
      'user_id,username,name',
    ],
    ['Facebook’s login', pageAccount, { id: '17841400000000001' }, 'username,name'],
  ])('finds the account of %s and takes its name', async (_, given, ids, fields) => {
    const graph = await graphThat(json(200, { ...ids, username: 'casaverde', name: 'Casa Verde' }));

    const proof = await channelTo(graph.url, graph.url).proveAccess(given);

    expect(proof).toEqual({ hasAccess: true, displayName: '@casaverde' });
    expect(graph.seen).toMatchObject([
      { method: 'GET', path: `/v25.0/17841400000000001?fields=${fields}` },
    ]);
  });

  // Seen failing, the id that no webhook has, with `id` compared as well.
  it.each([
    ['a wrong token', graphError(401, 190), 190],
    ['an id that is not the token’s', graphError(400, 100), 100],
    ['an alias that answers for another id', json(200, { id: '777', username: 'x' }), 100],
    ['the id that no webhook has', json(200, { id: account.accountId, user_id: '777' }), 100],
    ['an answer without an id', json(200, { username: 'x' }), 100],
  ])('finds no access with %s', async (_case, answer, code) => {
    const graph = await graphThat(answer);

    expect(await channelTo(graph.url).proveAccess(account)).toMatchObject({
      hasAccess: false,
      error: { code },
    });
  });

  it('cannot tell while Instagram is not there', async () => {
    const graph = await graphThat(json(503, {}));

    await expect(channelTo(graph.url).proveAccess(account)).rejects.toMatchObject({
      code: 'channel.unavailable',
    });
  });
});

describe('instagramChannel.profile', () => {
  it.each([
    ['Instagram’s login', account],
    ['Facebook’s login', pageAccount],
  ])('asks for the name and the username alone, with %s', async (_, given) => {
    const graph = await graphThat(json(200, { name: 'Ana\0', username: 'ana', id: customer }));

    const profile = await channelTo(graph.url, graph.url).profile(given, customer);

    expect(profile).toEqual({ name: 'Ana', username: 'ana' });
    expect(graph.seen).toMatchObject([
      { method: 'GET', path: `/v25.0/${customer}?fields=name,username` },
    ]);
  });

  it('takes what there is', async () => {
    const graph = await graphThat(json(200, { username: 'ana', name: '' }), json(200, { name: 7 }));
    const channel = channelTo(graph.url);

    expect(await channel.profile(account, customer)).toEqual({ username: 'ana' });
    expect(await channel.profile(account, customer)).toEqual({});
  });

  it.each([
    [graphError(403, 230), 'channel.refused'],
    [graphError(400, 100), 'channel.refused'],
    [graphError(400, 4), 'channel.unavailable'],
    [json(503, {}), 'channel.unavailable'],
  ])('rejects with a code that says whether another try may help', async (answer, code) => {
    const graph = await graphThat(answer);

    await expect(channelTo(graph.url).profile(account, customer)).rejects.toMatchObject({ code });
  });
});

describe('instagramChannel.download', () => {
  const image = (url?: string) => ({ kind: 'image', ...(url && { url }) }) as const;

  // Seen failing with the token passed on to fetchProviderFile.
  it('fetches a file by its address alone, without the token', async () => {
    const graph = await graphThat((response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' });
      response.end('the picture');
    });

    const file = await channelTo(graph.url).download(account, image(`${graph.url}/file?x=1`), 1000);

    expect([Buffer.from(file.bytes).toString(), file.mimeType]).toEqual([
      'the picture',
      'image/jpeg',
    ]);
    expect(graph.seen).toMatchObject([{ path: '/file?x=1', token: undefined }]);
  });

  it.each([
    ['http://169.254.169.254/latest'],
    ['https://www.instagram.com/p/abc/'],
    ['https://fbcdn.net.example.com/a'],
    ['http://scontent.cdninstagram.com/a'],
    ['file:///etc/passwd'],
    ['no address'],
  ])('fetches nothing from %s', async (url) => {
    await expect(
      channelTo('http://127.0.0.1:1').download(account, image(url), 1000),
    ).rejects.toMatchObject({ code: 'channel.media_host_refused' });
  });

  it('follows the provider from one of its hosts to another, and nowhere else', async () => {
    const graph = await graphThat((response, { path }) => {
      if (path === '/file') return void response.end('the picture');
      const location =
        path === '/moved' ? '/file' : path === '/round' ? '/round' : 'http://10.0.0.1/';
      response.writeHead(302, { location }).end();
    });
    const channel = channelTo(graph.url);
    const fetched = (path: string) => channel.download(account, image(`${graph.url}${path}`), 1000);

    expect(Buffer.from((await fetched('/moved')).bytes).toString()).toBe('the picture');
    await expect(fetched('/away')).rejects.toMatchObject({ code: 'channel.media_host_refused' });
    await expect(fetched('/round')).rejects.toMatchObject({ code: 'channel.unavailable' });
    expect(graph.seen.filter(({ path }) => path === '/round')).toHaveLength(4);
  });

  it.each([
    [404, 'channel.media_gone'],
    [410, 'channel.media_gone'],
    [403, 'channel.refused'],
    [500, 'channel.unavailable'],
  ])('says of HTTP %i: %s', async (status, code) => {
    const graph = await graphThat(json(status, {}));

    await expect(
      channelTo(graph.url).download(account, image(`${graph.url}/file`), 1000),
    ).rejects.toMatchObject({ code });
  });

  it('takes no file that is too large, and none without an address', async () => {
    const graph = await graphThat((response) => void response.end('the picture'));
    const channel = channelTo(graph.url);

    await expect(channel.download(account, image(`${graph.url}/file`), 5)).rejects.toMatchObject({
      code: 'media.too_large',
    });
    await expect(channel.download(account, image(), 5)).rejects.toMatchObject({
      code: 'channel.media_gone',
    });
  });
});
