import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, clientOf } from '../support/serve-routes.ts';
import { createTestApp, type TestApp } from '../support/test-app.ts';

let api: TestApp;
let client: Client;

beforeAll(async () => {
  api = await createTestApp();
  client = clientOf(api.app, (await api.makeUser()).apiKey);
});
afterAll(() => api.close());

describe('prompts', () => {
  it('begin with version 1 and the installation’s model', async () => {
    const { body } = await client
      .post('/api/v1/prompts')
      .send({ instructions: 'Be kind.' })
      .expect(201);

    expect(body).toEqual({
      promptId: expect.stringMatching(/^prm_/),
      version: 1,
      instructions: 'Be kind.',
      model: 'test-model',
      temperature: null,
      maxOutputTokens: null,
      createdAt: expect.any(String),
    });
  });

  it('show their latest version, and every earlier one as it was', async () => {
    const first = { instructions: 'One.', model: 'm-1', temperature: 0.5, maxOutputTokens: 100 };
    const { body: made } = await client.post('/api/v1/prompts').send(first);
    const path = `/api/v1/prompts/${made.promptId}`;
    const second = await client.post(`${path}/versions`).send({ instructions: 'Two.' }).expect(201);

    const latest = await client.get(path).expect(200);
    const earlier = await client.get(`${path}/versions/1`).expect(200);
    const all = await client.get(`${path}/versions`).expect(200);
    const list = await client.get('/api/v1/prompts?limit=1').expect(200);

    expect(second.body.version).toBe(2);
    expect(latest.body).toEqual(second.body);
    expect(earlier.body).toEqual(made);
    expect(made).toMatchObject(first);
    expect(all.body).toEqual({ data: [second.body, made], nextCursor: null });
    expect(list.body.data).toEqual([second.body]);
  });

  // Seen failing with the version read first and written afterwards instead of counted up in one update.
  it('give each version its own number, however many are made at once', async () => {
    const { body: made } = await client.post('/api/v1/prompts').send({ instructions: 'One.' });

    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        client
          .post(`/api/v1/prompts/${made.promptId}/versions`)
          .send({ instructions: `No ${index}` }),
      ),
    );

    const numbers = answers.map(({ body }) => body.version).sort((left, right) => left - right);
    expect(numbers).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('never change a version', async () => {
    const { body } = await client.post('/api/v1/prompts').send({ instructions: 'One.' });
    const change = `update prompt_versions set instructions = 'x' where prompt_id = $1`;

    await expect(api.database.owner.query(change, [body.promptId])).rejects.toThrow(
      'never changes',
    );
  });

  it('answer 404 for what is not there', async () => {
    const { body } = await client.post('/api/v1/prompts').send({ instructions: 'One.' });

    await client.get('/api/v1/prompts/prm_none').expect(404);
    await client.get('/api/v1/prompts/prm_none/versions').expect(404);
    await client.get(`/api/v1/prompts/${body.promptId}/versions/2`).expect(404);
    await client.get(`/api/v1/prompts/${body.promptId}/versions/one`).expect(404);
    await client.post('/api/v1/prompts/prm_none/versions').send({ instructions: 'x' }).expect(404);
  });

  it.each([
    [{}, 'instructions'],
    [{ instructions: '' }, 'instructions'],
    [{ instructions: 'x', temperature: 3 }, 'temperature'],
    [{ instructions: 'x', maxOutputTokens: 0 }, 'maxOutputTokens'],
    [{ instructions: 'x', prompt: 'y' }, 'prompt'],
  ])('refuse %j', async (given, field) => {
    const { body } = await client.post('/api/v1/prompts').send(given).expect(400);

    expect(body.errors.map((fault: { field: string }) => fault.field)).toEqual([field]);
  });
});
