import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { modelRoutes } from '../../src/accounts/model-routes.ts';
import { arrangeTenant } from '../support/arrange.ts';
import {
  type Client,
  clientOf,
  keyOf,
  serveRoutes,
  testAdminKey,
} from '../support/serve-routes.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let tenant: Client;
let admin: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  const { userId } = await arrangeTenant(database.owner);
  const pools = { app: database.pool('rapport_app'), admin: database.pool('rapport_admin') };
  const app = serveRoutes(pools.admin, modelRoutes(pools));
  tenant = clientOf(app, await keyOf(database.owner, userId));
  admin = clientOf(app, testAdminKey);
});
afterAll(() => database.drop());

describe('GET /models', () => {
  it('shows a tenant what the installation knows, prices and ends', async () => {
    const { body } = await tenant.get('/models').expect(200);

    expect(body.data).toHaveLength(10);
    const mini = body.data.find(({ modelId }: { modelId: string }) => modelId === 'gpt-5-mini');
    expect(mini).toMatchObject({
      provider: 'openai',
      modelType: 'chat',
      costPer1mInputTokens: 0.25,
      costPer1mCachedInputTokens: 0.025,
      costPer1mOutputTokens: 2,
      shutdownAt: '2026-12-11T00:00:00.000Z',
      isActive: true,
    });
  });

  it('pages by id', async () => {
    const { body: all } = await tenant.get('/models');
    const { body: first } = await tenant.get('/models?limit=4').expect(200);
    const { body: rest } = await tenant.get(`/models?cursor=${first.nextCursor}`).expect(200);

    expect([...first.data, ...rest.data]).toEqual(all.data);
  });
});

describe('POST and PATCH /models', () => {
  it('lets an admin make a model known and change its prices and its end', async () => {
    const { body: made } = await admin
      .post('/models')
      .send({ modelId: 'meta/llama-5:free', provider: 'meta', name: 'Llama 5' })
      .expect(201);
    expect(made).toMatchObject({ costPer1mInputTokens: null, shutdownAt: null, isActive: true });

    const path = `/models/${encodeURIComponent('meta/llama-5:free')}`;
    const { body: changed } = await admin
      .patch(path)
      .send({ costPer1mInputTokens: 0.5, shutdownAt: '2027-01-01T00:00:00Z', isActive: false })
      .expect(200);
    expect(changed).toMatchObject({
      name: 'Llama 5',
      costPer1mInputTokens: 0.5,
      shutdownAt: '2027-01-01T00:00:00.000Z',
    });

    const { body: cleared } = await admin.patch(path).send({ costPer1mInputTokens: null });
    expect(cleared.costPer1mInputTokens).toBeNull();
    const { body: active } = await tenant.get('/models?isActive=true');
    expect(JSON.stringify(active)).not.toContain('llama');
    await admin.patch(path).send({}).expect(200);
  });

  it('refuses what is known already, what is unknown, and what makes no sense', async () => {
    const known = { modelId: 'gpt-5.2', provider: 'openai', name: 'Again' };
    expect((await admin.post('/models').send(known)).body.code).toBe('model.known');
    expect((await admin.patch('/models/none').send({ name: 'x' })).body.code).toBe(
      'model.not_found',
    );
    for (const body of [
      { costPer1mInputTokens: -1 },
      { modelType: 'song' },
      { shutdownAt: 'soon' },
      { modelId: 'other' },
      { name: null },
    ]) {
      expect((await admin.patch('/models/gpt-5.2').send(body)).status).toBe(400);
    }
  });

  it('is not for tenants', async () => {
    const model = { modelId: 'mine', provider: 'me', name: 'Mine' };
    expect((await tenant.post('/models').send(model)).status).toBe(403);
    expect((await tenant.patch('/models/gpt-5.2').send({ name: 'Mine' })).status).toBe(403);
  });
});
