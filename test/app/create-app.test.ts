import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { createTestApp, type TestApp } from '../support/test-app.ts';

let api: TestApp;

beforeAll(async () => {
  api = await createTestApp();
});
afterAll(() => api.close());

describe('createApp', () => {
  it('serves a resource to whoever has a key', async () => {
    const { apiKey } = await api.makeUser();

    const answer = await request(api.app)
      .get('/api/v1/api-keys')
      .set('Authorization', `Bearer ${apiKey}`);

    expect(answer.status).toBe(200);
    expect(answer.body.data).toHaveLength(1);
  });
});
