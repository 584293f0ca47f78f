import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { clientOf, testAdminKey } from '../support/serve-routes.ts';
import { createTestApp, type TestApp } from '../support/test-app.ts';

let api: TestApp;

beforeAll(async () => {
  api = await createTestApp();
});
afterAll(() => api.close());

describe('a key', () => {
  it('opens what belongs to its tenant', async () => {
    const { apiKey, userId } = await api.makeUser();

    await clientOf(api.app, apiKey).get(`/api/v1/users/${userId}`).expect(200);
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Basic cmtfeDp5',
    'Bearer rk_nobody',
    `Bearer ${testAdminKey}x`,
    `Bearer ${testAdminKey.slice(0, -1)}`,
    'Bearer rk_\u00e9',
  ])('that is %j opens nothing', async (authorization) => {
    const asked = request(api.app).get('/api/v1/agents');
    const answer = await (authorization === undefined
      ? asked
      : asked.set('Authorization', authorization));

    expect([answer.status, answer.body.code]).toEqual([401, 'auth.not_signed_in']);
    expect(answer.headers['www-authenticate']).toContain('Bearer');
  });

  // Seen failing with `k.revoked_at is null` taken out of the query.
  it('that was revoked stops at once, and the others go on', async () => {
    const { apiKey } = await api.makeUser();
    const client = clientOf(api.app, apiKey);
    const { body: second } = await client.post('/api/v1/api-keys').send({ name: 'second' });
    await clientOf(api.app, second.apiKey).get('/api/v1/agents').expect(200);

    await client.delete(`/api/v1/api-keys/${second.apiKeyId}`).expect(204);

    await clientOf(api.app, second.apiKey).get('/api/v1/agents').expect(401);
    await client.get('/api/v1/agents').expect(200);
  });

  // Seen failing with isActive not looked at.
  it('of a tenant that was switched off is refused until it is switched on', async () => {
    const { apiKey, userId } = await api.makeUser();
    const admin = clientOf(api.app, testAdminKey);
    const client = clientOf(api.app, apiKey);

    await admin.patch(`/api/v1/users/${userId}`).send({ isActive: false }).expect(200);
    const refused = await client.get('/api/v1/agents');
    await admin.patch(`/api/v1/users/${userId}`).send({ isActive: true }).expect(200);

    expect([refused.status, refused.body.code]).toEqual([403, 'auth.user_inactive']);
    await client.get('/api/v1/agents').expect(200);
  });

  it('is stored as its SHA-256 only', async () => {
    const { apiKey } = await api.makeUser();

    const { rows } = await api.database.owner.query('select k::text as row from api_keys k');

    expect(JSON.stringify(rows)).not.toContain(apiKey);
    expect(apiKey).toMatch(/^rk_[\w-]{43}$/);
  });
});

describe('an admin', () => {
  it('acts for the tenant that ?userId= names', async () => {
    const { userId } = await api.makeUser();
    const admin = clientOf(api.app, testAdminKey);
    const prompt = { instructions: 'Be kind.' };

    await admin.post(`/api/v1/prompts?userId=${userId}`).send(prompt).expect(201);

    const { body } = await admin.get(`/api/v1/prompts?userId=${userId}&limit=1`).expect(200);
    expect(body.data).toHaveLength(1);
  });

  it('is asked for a tenant where one is needed', async () => {
    const answer = await clientOf(api.app, testAdminKey).get('/api/v1/agents');

    expect([answer.status, answer.body.errors[0].field]).toEqual([400, 'userId']);
  });

  it('cannot act for a tenant that is not there', async () => {
    const admin = clientOf(api.app, testAdminKey);

    await admin.get('/api/v1/agents?userId=usr_nobody').expect(404);
    await admin.get('/api/v1/agents?userId=a&userId=b').expect(400);
  });
});

describe('a tenant', () => {
  it('may name itself but nobody else with ?userId=', async () => {
    const [own, other] = [await api.makeUser(), await api.makeUser()];
    const client = clientOf(api.app, own.apiKey);

    await client.get(`/api/v1/agents?userId=${own.userId}`).expect(200);
    await client.get(`/api/v1/agents?userId=${other.userId}`).expect(403);
  });
});
