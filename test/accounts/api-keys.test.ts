import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { clientOf } from '../support/serve-routes.ts';
import { createTestApp, type TestApp } from '../support/test-app.ts';

let api: TestApp;

beforeAll(async () => {
  api = await createTestApp();
});
afterAll(() => api.close());

describe('API keys', () => {
  it('are shown once, when they are made', async () => {
    const { apiKey } = await api.makeUser();
    const client = clientOf(api.app, apiKey);

    const made = await client.post('/api/v1/api-keys').send({ name: ' shop ' }).expect(201);
    const listed = await client.get('/api/v1/api-keys').expect(200);

    expect(made.body).toMatchObject({ name: 'shop', revokedAt: null });
    expect(listed.body.data.map((key: { name: string }) => key.name)).toEqual([
      'shop',
      'first key',
    ]);
    expect(JSON.stringify(listed.body)).not.toContain('rk_');
    expect(JSON.stringify(listed.body)).not.toMatch(/sha256/i);
  });

  it('that are revoked stay in the list, and revoking again changes nothing', async () => {
    const { apiKey } = await api.makeUser();
    const client = clientOf(api.app, apiKey);
    const { body: made } = await client.post('/api/v1/api-keys').send({ name: 'old' });
    const revoke = () => client.delete(`/api/v1/api-keys/${made.apiKeyId}`).expect(204);

    await revoke();
    const { body: first } = await client.get('/api/v1/api-keys?limit=1');
    await revoke();
    const { body: second } = await client.get('/api/v1/api-keys?limit=1');

    expect(first.data[0].revokedAt).toEqual(expect.any(String));
    expect(second).toEqual(first);
  });
});
