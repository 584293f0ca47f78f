import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { type DemoInfo, startPageRouter } from '../../src/start-page/router.ts';

const root = fileURLToPath(new URL('../../web/start', import.meta.url));

const demo: DemoInfo = {
  apiKey: 'rk_demo',
  userId: 'usr_1',
  businessName: 'Casa Verde',
  channels: [
    {
      platform: 'whatsapp',
      accountId: '100',
      agentId: 'agt_1',
      agentName: 'Ada',
      customer: { address: '15550001111', name: 'Ana' },
    },
  ],
  simulatorUrl: 'http://127.0.0.1:4567/',
  calendarAccount: null,
  timeZone: 'Europe/Lisbon',
  simulated: ['whatsapp'],
  model: 'a-model',
  readLeadAfterMs: 60_000,
};

function serving(info: DemoInfo | undefined) {
  return request(express().use(startPageRouter({ root, demo: async () => info })));
}

describe('startPageRouter', () => {
  it('serves the page under a policy that lets it call us and the simulator, and nobody else', async () => {
    const answer = await serving(demo).get('/');

    const policy = answer.get('content-security-policy');
    expect(answer.type).toBe('text/html');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self' http://127.0.0.1:4567;");
    expect(policy).toContain("frame-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
  });

  it('serves the shop’s page under a policy of its own, as strict as the chat allows', async () => {
    const answer = await serving(demo).get('/start/site.html');

    const policy = answer.get('content-security-policy');
    expect(answer.type).toBe('text/html');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("media-src 'self' blob:");
    expect(policy).toContain("frame-ancestors 'self'");
    expect(policy).not.toContain('unsafe');
    expect(answer.text).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/);
  });

  it('has nothing in the page that the policy would refuse', async () => {
    const { text } = await serving(demo).get('/');

    expect(text).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/);
    expect(text).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  it('serves files that are asked for again each time and not sent again', async () => {
    const first = await serving(demo).get('/start/main.js');
    const again = await serving(demo)
      .get('/start/main.js')
      .set('if-none-match', first.get('etag') ?? '');

    expect(first.get('cache-control')).toBe('no-cache');
    expect(first.type).toBe('text/javascript');
    expect(again.status).toBe(304);
  });

  it('answers the demo tenant, to our own pages and no cache', async () => {
    const answer = await serving(demo).get('/demo.json');

    expect(answer.body).toEqual(demo);
    expect(answer.get('cache-control')).toBe('no-store');
    expect(answer.get('access-control-allow-origin')).toBeUndefined();
  });

  it('answers null where there is no demo tenant', async () => {
    const answer = await serving(undefined).get('/demo.json');

    expect(answer.body).toBeNull();
  });

  it('serves nothing beside its folder', async () => {
    const paths = ['/start/../../package.json', '/start/%2e%2e/%2e%2e/package.json', '/start/'];

    const answers = await Promise.all(paths.map((path) => serving(demo).get(path)));

    expect(answers.map(({ status }) => status).filter((status) => status < 400)).toEqual([]);
  });
});
