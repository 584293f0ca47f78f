import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { type Answer, account, channelTo, graphError, graphThat, json } from './graph-stub.ts';

describe('whatsappChannel.download', () => {
  const bytes = Buffer.from('the picture');
  const hex = createHash('sha256').update(bytes).digest('hex');
  const base64 = createHash('sha256').update(bytes).digest('base64');
  const media = { kind: 'image', providerMediaId: '5001', mimeType: 'image/jpeg' } as const;

  /** Graph that says where the file is, and the file itself. */
  async function graphWithFile(options: { sha256?: string; file?: Answer } = {}) {
    const graph = await graphThat((response, seen) => {
      if (seen.path === '/file') {
        return options.file === undefined ? void response.end(bytes) : options.file(response, seen);
      }
      const { sha256 } = options;
      return json(200, {
        url: `${graph.url}/file`,
        mime_type: 'image/png',
        id: '5001',
        ...(sha256 && { sha256 }),
      })(response, seen);
    });
    return graph;
  }

  it('asks where the file is and fetches it, each with the token', async () => {
    const graph = await graphWithFile({ sha256: hex });

    const file = await channelTo(graph.url).download(account, media, 1000);

    expect(Buffer.from(file.bytes).toString()).toBe('the picture');
    expect(file.mimeType).toBe('image/jpeg');
    expect(graph.seen).toMatchObject([
      { method: 'GET', path: '/v25.0/5001', token: 'Bearer the-token' },
      { method: 'GET', path: '/file', token: 'Bearer the-token' },
    ]);
  });

  it('takes the type that Graph names when the webhook named none', async () => {
    const graph = await graphWithFile();

    const file = await channelTo(graph.url).download(
      account,
      { kind: 'image', providerMediaId: '5001' },
      1000,
    );

    expect(file.mimeType).toBe('image/png');
  });

  it.each([
    ['in hex', { sha256: hex }, {}],
    ['in base64', { sha256: base64 }, {}],
    ['as the webhook gave it', {}, { sha256: base64 }],
  ])('accepts a digest %s', async (_case, located, referred) => {
    const graph = await graphWithFile(located);

    await expect(
      channelTo(graph.url).download(account, { ...media, ...referred }, 1000),
    ).resolves.toMatchObject({
      mimeType: 'image/jpeg',
    });
  });

  // Fails with checkDigest taken out.
  it('refuses bytes with another digest', async () => {
    const graph = await graphWithFile({
      sha256: hex,
      file: (response) => void response.end('the pictur3'),
    });

    await expect(channelTo(graph.url).download(account, media, 1000)).rejects.toMatchObject({
      code: 'channel.unavailable',
    });
  });

  it('asks again for the address when the first one has expired', async () => {
    let fetched = 0;
    const graph = await graphWithFile({
      file: (response) => {
        fetched++;
        response.statusCode = fetched === 1 ? 404 : 200;
        response.end(fetched === 1 ? '' : bytes);
      },
    });

    const file = await channelTo(graph.url).download(account, media, 1000);

    expect(Buffer.from(file.bytes).toString()).toBe('the picture');
    expect(graph.seen.map(({ path }) => path)).toEqual([
      '/v25.0/5001',
      '/file',
      '/v25.0/5001',
      '/file',
    ]);
  });

  it('gives up a file that is gone after asking once more', async () => {
    const graph = await graphWithFile({ file: json(404, {}) });

    await expect(channelTo(graph.url).download(account, media, 1000)).rejects.toMatchObject({
      code: 'channel.media_gone',
    });
    expect(graph.seen).toHaveLength(4);
  });

  it('refuses a file that says it is too large without reading it', async () => {
    const graph = await graphWithFile({
      file: (response) => {
        response.writeHead(200, { 'content-length': '100000000' });
        response.write('x');
      },
    });

    await expect(channelTo(graph.url).download(account, media, 1000)).rejects.toMatchObject({
      code: 'media.too_large',
    });
  });

  // Fails with the count in readAtMost taken out: the endless file is read until the timeout.
  it('stops reading a file that grows too large without having said so', async () => {
    let written = 0;
    const graph = await graphWithFile({
      file: (response) => {
        const timer = setInterval(() => {
          written += 1000;
          response.write(Buffer.alloc(1000));
        }, 1);
        response.on('close', () => clearInterval(timer));
      },
    });

    await expect(channelTo(graph.url).download(account, media, 10_000)).rejects.toMatchObject({
      code: 'media.too_large',
    });
    expect(written).toBeLessThan(1_000_000);
  });

  it('takes a file of exactly the bound', async () => {
    const graph = await graphWithFile();

    const file = await channelTo(graph.url).download(account, media, bytes.length);

    expect(file.bytes).toHaveLength(bytes.length);
  });

  it.each([
    [
      'breaks off',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '500' });
        response.write('x');
        setTimeout(() => response.socket?.destroy(), 20);
      },
    ],
    [
      'stands still',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '500' });
        response.write('x');
      },
    ],
    ['meets a fault of the server', json(500, {})],
  ])('may be tried again when the file %s', async (_case, file) => {
    const graph = await graphWithFile({ file });

    await expect(channelTo(graph.url, 300).download(account, media, 1000)).rejects.toMatchObject({
      code: 'channel.unavailable',
    });
  });

  it.each([
    ['Graph does not know the file', json(404, {}), 'channel.media_gone'],
    ['the token is wrong', graphError(401, 190), 'channel.refused'],
    ['the rate is used up', graphError(400, 80007), 'channel.unavailable'],
    ['the answer has no address', json(200, {}), 'channel.unavailable'],
  ])('says why when %s', async (_case, answer, code) => {
    const graph = await graphThat(answer);

    await expect(channelTo(graph.url).download(account, media, 1000)).rejects.toMatchObject({
      code,
    });
  });

  // Fails with isProviderAddress taken out: the token goes to whoever is named as the file's host.
  it.each([
    ['another port of the same host', (url: string) => `${url}/file`],
    ['a host that only ends like one of Meta’s', () => 'https://evilfbsbx.com/file'],
    ['a host of Meta’s without TLS', () => 'http://lookaside.fbsbx.com/file'],
    [
      'a host in front of an at sign',
      (url: string) => `${url.replace('//', '//lookaside.fbsbx.com@')}/file`,
    ],
    ['no address', () => 'file'],
  ])('fetches nothing from %s', async (_case, addressFrom) => {
    const other = await graphThat(json(200, {}));
    const graph = await graphThat(json(200, { url: addressFrom(other.url) }));

    await expect(channelTo(graph.url).download(account, media, 1000)).rejects.toMatchObject({
      code: 'channel.media_host_refused',
    });
    expect(other.seen).toEqual([]);
  });
});
