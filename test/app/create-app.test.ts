import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express, { Router } from 'express';
import request from 'supertest';
import { createTestApp, type TestApp } from '../support/test-app.ts';

let api: TestApp;

beforeAll(async () => {
  api = await createTestApp({ routers: { webhooks: [echo()], pages: [page()] } });
});
afterAll(() => api.close());

describe('createApp', () => {
  it('leaves the raw bytes of a webhook to its router', async () => {
    const answer = await request(api.app)
      .post('/webhooks/echo')
      .set('Content-Type', 'application/json')
      .send('{ "spaced" : 1 }');

    expect(answer.body).toEqual({ bytes: '{ "spaced" : 1 }' });
  });

  it('sends browsers headers that keep other sites out', async () => {
    const { headers } = await request(api.app).get('/page').expect(200);

    expect(headers['content-security-policy']).toContain("script-src 'self'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers).not.toHaveProperty('x-powered-by');
  });

  it('answers problem+json where nothing is, inside the API and outside', async () => {
    for (const path of ['/nothing', '/api/v1/nothing', '/webhooks/nothing']) {
      const answer = await request(api.app).get(path);

      expect([answer.status, answer.body.code]).toEqual([404, 'request.unknown_path']);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    }
  });

  it('gives the metrics as Prometheus reads them', async () => {
    const answer = await request(api.app).get('/metrics').expect(200);

    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
    expect(answer.text).toContain('rapport_up 1');
  });
});

describe('GET /docs', () => {
  it('shows every route of openapi.json, and loads nothing', async () => {
    const { text, headers } = await request(api.app).get('/docs').expect(200);

    for (const { method, path } of api.routes) {
      expect(text).toContain(
        `${method.toUpperCase()}</code> <code>/api/v1${path.replaceAll(/:(\w+)/g, '{$1}')}</code>`,
      );
    }
    expect(headers['content-type']).toMatch(/^text\/html/);
    expect(text).not.toMatch(/<script|<link|<img|url\(|@import/);
  });
});

function echo(): Router {
  const router = Router();
  router.post('/webhooks/echo', express.raw({ type: () => true }), (req, res) => {
    res.json({ bytes: String(req.body) });
  });
  return router;
}

function page(): Router {
  const router = Router();
  router.get('/page', (_req, res) => {
    res.type('html').send('<p>hello</p>');
  });
  return router;
}
