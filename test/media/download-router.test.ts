import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express, { type Express } from 'express';
import request from 'supertest';
import { problemHandler } from '../../src/lib/http/error-handler.ts';
import { newId } from '../../src/lib/ids.ts';
import { silentLog } from '../../src/lib/log.ts';
import { downloadLinks } from '../../src/media/download/download-links.ts';
import { downloadRouter } from '../../src/media/download/router.ts';
import { openFolderMediaStore } from '../../src/media/folder-media-store.ts';
import { mediaKey } from '../../src/media/media-keys.ts';
import type { MediaStore } from '../../src/media/media-store.ts';
import { arrangeTenant } from '../support/arrange.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let folder: string;
let store: MediaStore;
let app: Express;
const links = downloadLinks({ key: 'a key', base: undefined, now: () => new Date() });

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'rapport-media-'));
  store = await openFolderMediaStore({
    folder,
    uniqueName: () => newId('att'),
    now: () => new Date(),
  });
  app = express();
  app.use(downloadRouter({ app: database.pool('rapport_app'), store, links }));
  app.use(problemHandler(silentLog));
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

type Given = { mimeType?: string; filename?: string; status?: string };

/** A file of a new tenant, uploaded and stored. */
async function arrangeFile(
  text: string,
  { mimeType = 'text/plain', filename, status = 'stored' }: Given = {},
) {
  const { userId } = await arrangeTenant(database.owner);
  const attachmentId = newId('att');
  const key = mediaKey({ userId, attachmentId });
  await store.put(key, Buffer.from(text), mimeType);
  await database.owner.query(
    `insert into attachments
       (attachment_id, user_id, kind, mime_type, filename, size_bytes, storage_key, status, uploaded_by)
     values ($1, $2, 'document', $3, $4, $5, $6, $7, 'tenant')`,
    [attachmentId, userId, mimeType, filename ?? null, Buffer.byteLength(text), key, status],
  );
  const file = { userId, attachmentId };
  return { ...file, url: links.urlOf({ ...file, variant: 'original' }) };
}

describe('GET /media/:token', () => {
  it('gives the file to whoever has its address, and lets it run nowhere', async () => {
    const { url } = await arrangeFile('0123456789', { filename: 'preço "final".txt' });

    const { status, headers, text } = await request(app).get(url);

    expect([status, text]).toEqual([200, '0123456789']);
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-length': '10',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'accept-ranges': 'bytes',
    });
    expect(headers['content-disposition']).toMatch(
      /^inline; filename="pre.o .*; filename\*=UTF-8''pre%C3%A7o/,
    );
    expect(headers['cache-control']).toMatch(/^private, max-age=\d+/);
  });

  it('has what could do harm saved and not shown', async () => {
    const { url } = await arrangeFile('<svg onload=alert(1)>', { mimeType: 'image/svg+xml' });

    const { headers } = await request(app).get(url);

    expect(headers['content-disposition']).toMatch(/^attachment/);
  });

  it('gives the part that is asked for, and says when there is none', async () => {
    const { url } = await arrangeFile('0123456789', { mimeType: 'audio/ogg' });
    const part = (range: string) => request(app).get(url).set('Range', range).buffer(true);

    const middle = await part('bytes=2-4');
    const end = await part('bytes=-3');
    const beyond = await part('bytes=20-');
    const nonsense = await part('lines=1-2');

    expect([middle.status, middle.headers['content-range'], String(middle.body)]).toEqual([
      206,
      'bytes 2-4/10',
      '234',
    ]);
    expect([end.status, String(end.body)]).toEqual([206, '789']);
    expect([beyond.status, beyond.headers['content-range']]).toEqual([416, 'bytes */10']);
    expect(nonsense.status).toBe(200);
  });

  it('answers HEAD without the file, and 304 to whoever has it', async () => {
    const { url } = await arrangeFile('0123456789');

    const head = await request(app).head(url);
    const again = await request(app)
      .get(url)
      .set('If-None-Match', head.headers['etag'] ?? '');

    expect([head.status, head.headers['content-length'], head.text]).toEqual([
      200,
      '10',
      undefined,
    ]);
    expect(again.status).toBe(304);
  });

  // Seen failing with the headers set before the file is opened.
  it('knows no other file: not another tenant’s, not one that is gone, refused or never was', async () => {
    const [own, other] = [await arrangeFile('mine'), await arrangeFile('theirs')];
    const failed = await arrangeFile('refused', { status: 'failed' });
    const gone = await arrangeFile('gone');
    await store.delete(mediaKey(gone));
    const crossed = { ...own, userId: other.userId, variant: 'original' } as const;

    const answers = await Promise.all(
      [
        links.urlOf(crossed),
        links.urlOf({ ...own, attachmentId: newId('att'), variant: 'original' }),
        links.urlOf({ ...own, variant: 'thumbnail' }),
        failed.url,
        gone.url,
        `${own.url}x`,
      ].map((url) => request(app).get(url)),
    );

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    for (const { headers } of answers) {
      expect(headers['content-disposition']).toBeUndefined();
      expect(headers['cache-control']).toBe('no-store');
    }
  });
});
