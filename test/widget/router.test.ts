import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import express, { type Express } from 'express';
import request from 'supertest';
import { problemHandler } from '../../src/lib/http/error-handler.ts';
import { silentLog } from '../../src/lib/log.ts';
import { bundleWidget, type WidgetFile } from '../../src/widget/bundle.ts';
import { createWidget } from '../../src/widget/router.ts';

const entry = fileURLToPath(new URL('../../web/widget/main.ts', import.meta.url));
const mostBytes = 40_000;

let file: WidgetFile;

beforeAll(async () => {
  file = await bundleWidget(entry);
});

function appWith(bundle: () => Promise<WidgetFile>): Express {
  const app = express();
  app.use(createWidget({ bundle, log: silentLog }).router);
  app.use(problemHandler(silentLog));
  return app;
}

describe('the script of the chat', () => {
  it('is less than 40 kB on its way to a page', () => {
    expect(file.gzip.length).toBeLessThan(mostBytes);
    expect(file.br.length).toBeLessThan(file.gzip.length);
  });

  it('is one function, for browsers of 2020, and has nothing to fetch', () => {
    const script = file.identity.toString();

    expect(script.startsWith('"use strict";(()=>{')).toBe(true);
    expect(script).not.toMatch(/\(\?<[!=]/);
    expect(script).not.toMatch(/\beval\b|new Function|document\.cookie/);
  });
});

describe('GET /widget.js', () => {
  it('is for any page, kept for five minutes, and known again', async () => {
    const app = appWith(async () => file);

    const first = await request(app).get('/widget.js').set('Accept-Encoding', 'gzip');
    const again = await request(app)
      .get('/widget.js')
      .set('Accept-Encoding', 'gzip')
      .set('If-None-Match', String(first.headers['etag']));

    expect(first.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'content-encoding': 'gzip',
      'cache-control': 'public, max-age=300',
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
      vary: 'Accept-Encoding',
    });
    expect(first.text).toBe(file.identity.toString());
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it('is sent as the browser can read it', async () => {
    const app = appWith(async () => file);
    const sent = async (encoding: string) => {
      const answer = await request(app).get('/widget.js').set('Accept-Encoding', encoding);
      return { encoding: answer.headers['content-encoding'], text: answer.text };
    };

    const [brotli, plain] = [await sent('gzip, br'), await sent('identity')];

    expect(brotli.encoding).toBe('br');
    expect(plain.encoding).toBeUndefined();
    // The client of the tests has read both as a browser does.
    expect([brotli.text, plain.text]).toEqual(Array(2).fill(file.identity.toString()));
  });

  it('is made once, whoever asks at once, and again after a making that failed', async () => {
    let makings = 0;
    const app = appWith(async () => {
      makings += 1;
      if (makings === 1) throw new Error('no room');
      return file;
    });

    const failed = await request(app).get('/widget.js');
    const answers = await Promise.all([1, 2, 3].map(() => request(app).get('/widget.js')));

    expect(failed.status).toBe(500);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(makings).toBe(2);
  });
});
