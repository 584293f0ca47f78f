import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, clientOf } from '../support/serve-routes.ts';
import { createTestApp, type TestApp } from '../support/test-app.ts';

let api: TestApp;
let client: Client;
let phoneNumberId: string;
let promptId: string;

beforeAll(async () => {
  api = await createTestApp();
});
afterAll(() => api.close());
beforeEach(async () => {
  client = clientOf(api.app, (await api.makeUser()).apiKey);
  phoneNumberId = await connectNumber(client);
  promptId = await makePrompt(client);
});

describe('POST /agents', () => {
  it('answers the agent as it is shown from then on', async () => {
    const given = { phoneNumberId, promptId, name: 'Ada', settings: { quietMs: 0 } };

    const made = await client.post('/api/v1/agents').send(given).expect(201);

    expect(made.body).toEqual({
      ...given,
      agentId: expect.stringMatching(/^agt_/),
      isActive: true,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    const shown = await client.get(`/api/v1/agents/${made.body.agentId}`).expect(200);
    const listed = await client.get('/api/v1/agents').expect(200);
    expect(shown.body).toEqual(made.body);
    expect(listed.body).toEqual({ data: [made.body], nextCursor: null });
  });

  // Seen failing with the unique constraint's violation not looked at.
  it('lets one agent answer on a number, however many are made at once', async () => {
    const given = { phoneNumberId, promptId, name: 'Ada' };

    const answers = await Promise.all(
      Array.from({ length: 4 }, () => client.post('/api/v1/agents').send(given)),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe(
      'agent.phone_number_taken',
    );
  });

  // Seen failing with requirePhoneNumber taken out: the second is then 409, which tells that it exists.
  it('knows no number and no prompt of another tenant', async () => {
    await client.post('/api/v1/agents').send({ phoneNumberId, promptId, name: 'Ada' }).expect(201);
    const other = clientOf(api.app, (await api.makeUser()).apiKey);
    const own = { phoneNumberId: await connectNumber(other), promptId: await makePrompt(other) };

    const wrongNumber = await other
      .post('/api/v1/agents')
      .send({ ...own, phoneNumberId, name: 'x' });
    const wrongPrompt = await other.post('/api/v1/agents').send({ ...own, promptId, name: 'x' });

    expect([wrongNumber.status, wrongNumber.body.code]).toEqual([404, 'phone_number.not_found']);
    expect([wrongPrompt.status, wrongPrompt.body.code]).toEqual([404, 'prompt.not_found']);
  });

  it.each([
    [{ creditsPerReply: -1 }, 'settings.creditsPerReply'],
    [{ creditsPerReply: 1.5 }, 'settings.creditsPerReply'],
    [{ quietMs: 6_001 }, 'settings.quietMs'],
    [{ takeoverMinutes: 0 }, 'settings.takeoverMinutes'],
    [{ fallbackText: '  ' }, 'settings.fallbackText'],
    [{ mood: 'happy' }, 'settings.mood'],
  ])('refuses the settings %j', async (settings, field) => {
    const given = { phoneNumberId, promptId, name: 'Ada', settings };

    const { body } = await client.post('/api/v1/agents').send(given).expect(400);

    expect(body.errors.map((fault: { field: string }) => fault.field)).toEqual([field]);
  });
});

describe('PATCH /agents/:agentId', () => {
  it('changes what is given and leaves the rest', async () => {
    const settings = { quietMs: 100 };
    const { body: agent } = await client
      .post('/api/v1/agents')
      .send({ phoneNumberId, promptId, name: 'Ada', settings });
    const patch = (change: object) => client.patch(`/api/v1/agents/${agent.agentId}`).send(change);
    const nextPrompt = await makePrompt(client);

    const renamed = await patch({ name: 'Eva', promptId: nextPrompt }).expect(200);
    const replaced = await patch({ settings: { creditsPerReply: 3 } }).expect(200);
    const stopped = await patch({ isActive: false }).expect(200);

    expect(renamed.body).toMatchObject({ name: 'Eva', promptId: nextPrompt, settings });
    expect(replaced.body.settings).toEqual({ creditsPerReply: 3 });
    expect(stopped.body).toMatchObject({ name: 'Eva', isActive: false });
  });

  it('moves no agent to another number', async () => {
    const { body } = await client
      .post('/api/v1/agents')
      .send({ phoneNumberId, promptId, name: 'Ada' });

    await client.patch(`/api/v1/agents/${body.agentId}`).send({ phoneNumberId }).expect(400);
  });
});

let accounts = 0;

async function connectNumber(as: Client): Promise<string> {
  accounts += 1;
  const given = { metaPhoneNumberId: `5550${accounts}`, accessToken: 'good' };
  const { body } = await as.post('/api/v1/phone-numbers').send(given).expect(201);
  return body.id;
}

async function makePrompt(as: Client): Promise<string> {
  const { body } = await as.post('/api/v1/prompts').send({ instructions: 'Be kind.' }).expect(201);
  return body.promptId;
}
