import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { problemHandler } from '../../../src/lib/http/error-handler.ts';
import { mountRoutes } from '../../../src/lib/http/mount-routes.ts';
import { requestIds } from '../../../src/lib/http/request-id.ts';
import { tenantFileRoute } from '../../../src/lib/http/route.ts';
import { newId } from '../../../src/lib/ids.ts';
import { eventually } from '../../support/eventually.ts';
import { recordingLog } from '../../support/recording-log.ts';

function serve(pieces: () => AsyncIterable<string>) {
  const { log, lines } = recordingLog();
  const route = tenantFileRoute({
    method: 'get',
    path: '/file',
    tag: 'Files',
    summary: 'A file',
    file: { contentType: 'text/plain; charset=utf-8', name: 'file.txt' },
    handle: pieces,
  });
  const app = express();
  app.use(requestIds(newId));
  const authenticate = async () => ({ isAdmin: false as const, userId: 'usr_1' });
  app.use(mountRoutes({ authenticate, log, nowMs: () => 0 }, [route]));
  app.use(problemHandler(log));
  return { app, lines };
}

describe('a route that answers a file', () => {
  it('answers an error as any route when it fails before the first piece', async () => {
    const { app } = serve(async function* () {
      yield await Promise.reject(new Error('no database'));
    });

    const { status, body } = await request(app).get('/file').set('Authorization', 'Bearer k');

    expect([status, body.code]).toEqual([500, 'internal.error']);
  });

  it('breaks off when it fails later, so that nobody takes a part for the whole', async () => {
    const { app } = serve(async function* () {
      yield 'a part';
      await Promise.reject(new Error('no database'));
    });

    const asked = request(app).get('/file').set('Authorization', 'Bearer k');

    await expect(asked).rejects.toThrow(/aborted|hang up/);
  });

  // Seen failing with the pieces gathered before they are sent, and with `rest.return` taken out of sendFile.
  it('makes pieces no faster than they are taken, and no more when nobody takes them', async () => {
    let made = 0;
    let isEnded = false;
    const { app, lines } = serve(async function* () {
      try {
        for (; made < 10_000; made += 1) yield 'x'.repeat(100_000);
      } finally {
        isEnded = true;
      }
    });
    const server = createServer(app).listen(0);
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;

    const [answer] = await new Promise<[IncomingMessage]>((resolve) => {
      get({ port, path: '/file', headers: { authorization: 'Bearer k' } }, (res) => resolve([res]));
    });
    await once(answer, 'readable');
    answer.destroy();
    await eventually('the pieces have ended', () => isEnded).finally(() => server.close());

    expect(made).toBeLessThan(1_000);
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
