import { createServer, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openS3MediaStore, type S3MediaStoreOptions } from '../../src/media/s3-media-store.ts';
import { keepsMedia } from './media-store-promises.ts';

type Seen = { method: string; path: string; authorization: string };

let server: Server | undefined;
let endpoint = '';
let seen: Seen[] = [];
let refusal: { status: number; code: string } | undefined;

function partOf(bytes: Buffer, range: string | undefined): { status: number; bytes: Buffer } {
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
  return end === undefined
    ? { status: 200, bytes }
    : { status: 206, bytes: bytes.subarray(Number(start), Number(end) + 1) };
}

/** The part of S3 that we use, for one bucket whose name stands in the path. */
beforeEach(async () => {
  const objects = new Map<string, { bytes: Buffer; type: string }>();
  seen = [];
  refusal = undefined;
  server = createServer(async (request, response) => {
    const body = await buffer(request);
    const { method = '', headers } = request;
    const path = (request.url ?? '').split('?')[0] ?? '';
    seen.push({ method, path, authorization: headers.authorization ?? '' });
    const fail = (status: number, code: string): void => {
      response.writeHead(status, { 'content-type': 'application/xml' });
      response.end(`<Error><Code>${code}</Code><Message>no</Message></Error>`);
    };
    const object = objects.get(path);
    if (refusal !== undefined) {
      fail(refusal.status, refusal.code);
    } else if (method === 'PUT') {
      objects.set(path, { bytes: body, type: headers['content-type'] ?? '' });
      response.end();
    } else if (method === 'DELETE') {
      objects.delete(path);
      response.writeHead(204).end();
    } else if (object === undefined) {
      fail(404, 'NoSuchKey');
    } else {
      const { status, bytes } = partOf(object.bytes, headers.range);
      response.writeHead(status, { 'content-type': object.type });
      response.end(bytes);
    }
  });
  const listening = server;
  await new Promise<void>((resolve) => {
    listening.listen(0, '127.0.0.1', resolve);
  });
  const address = listening.address();
  endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});

afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

const open = (changes: Partial<S3MediaStoreOptions> = {}) =>
  openS3MediaStore({
    bucket: 'media',
    region: 'eu-central-1',
    endpoint,
    accessKeyId: 'AKIATEST',
    secretAccessKey: 'very-secret',
    timeoutMs: 5000,
    ...changes,
  });

const key = 'usr_1/k3/att_9k3';

describe('openS3MediaStore', () => {
  keepsMedia(open);

  // Seen to fail with the credentials taken out.
  it('signs every request, for its region, and never sends the secret', async () => {
    const store = await open();

    await store.put(key, Buffer.from('x'), 'text/plain');
    await store.get(key);
    await store.delete(key);

    expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `PUT /media/${key}`,
      `GET /media/${key}`,
      `DELETE /media/${key}`,
    ]);
    for (const { authorization } of seen) {
      expect(authorization).toMatch(
        /^AWS4-HMAC-SHA256 Credential=AKIATEST\/\d{8}\/eu-central-1\/s3\/aws4_request, SignedHeaders=\S*host\S*, Signature=[0-9a-f]{64}$/,
      );
      expect(authorization).not.toContain('very-secret');
    }
  });

  it.each([
    [503, 'SlowDown', 'media.store_unavailable'],
    [500, 'InternalError', 'media.store_unavailable'],
    [403, 'SignatureDoesNotMatch', 'media.store_refused'],
    [404, 'NoSuchBucket', 'media.store_refused'],
  ])('asks once and explains %i %s: %s', async (status, code, ours) => {
    const store = await open();
    refusal = { status, code };

    await expect(store.put(key, Buffer.from('x'), 'text/plain')).rejects.toMatchObject({
      code: ours,
    });
    expect(seen).toHaveLength(1);
  });

  it('calls a bucket that cannot be reached unavailable', async () => {
    const store = await open({ endpoint: 'http://127.0.0.1:1' });

    await expect(store.get(key)).rejects.toMatchObject({ code: 'media.store_unavailable' });
  });
});
