import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, clientOf, testAdminKey } from '../support/serve-routes.ts';
import { createTestApp, type TestApp } from '../support/test-app.ts';

let api: TestApp;
let admin: Client;

beforeAll(async () => {
  api = await createTestApp();
  admin = clientOf(api.app, testAdminKey);
});
afterAll(() => api.close());

describe('POST /users', () => {
  it('answers the user and a key that works, this once', async () => {
    const given = { email: 'one@example.com', companyName: 'Casa Verde' };

    const made = await admin.post('/api/v1/users').send(given).expect(201);

    expect(made.body).toEqual({
      ...given,
      userId: expect.stringMatching(/^usr_/),
      isActive: true,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      updatedAt: expect.any(String),
      apiKey: expect.stringMatching(/^rk_/),
    });
    const shown = await clientOf(api.app, made.body.apiKey).get(
      `/api/v1/users/${made.body.userId}`,
    );
    const { apiKey: _, ...user } = made.body;
    expect(shown.body).toEqual(user);
  });

  it('takes an e-mail address once, however many ask at once', async () => {
    const given = { email: 'twice@example.com' };

    const answers = await Promise.all(
      Array.from({ length: 5 }, () => admin.post('/api/v1/users').send(given)),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('user.email_taken');
  });

  it.each([
    [{}, 'email'],
    [{ email: 'nobody' }, 'email'],
    [{ email: 'a@example.com', companyName: '' }, 'companyName'],
    [{ email: 'a@example.com', userId: 'usr_1' }, 'userId'],
  ])('refuses %j', async (given, field) => {
    const { body } = await admin.post('/api/v1/users').send(given).expect(400);

    expect(body.errors.map((fault: { field: string }) => fault.field)).toEqual([field]);
  });
});

describe('PATCH /users/:userId', () => {
  it('changes what is given and leaves the rest', async () => {
    const { userId } = await api.makeUser();
    const patch = (change: object) => admin.patch(`/api/v1/users/${userId}`).send(change);

    await patch({ companyName: 'Casa Azul' }).expect(200);
    const moved = await patch({ email: 'moved@example.com' }).expect(200);
    const cleared = await patch({ companyName: null }).expect(200);

    expect(moved.body).toMatchObject({ email: 'moved@example.com', companyName: 'Casa Azul' });
    expect(cleared.body).toMatchObject({ email: 'moved@example.com', companyName: null });
  });

  it('refuses the e-mail address of another', async () => {
    const [one, other] = [await api.makeUser(), await api.makeUser()];
    const { body } = await admin.get(`/api/v1/users/${other.userId}`);

    await admin.patch(`/api/v1/users/${one.userId}`).send({ email: body.email }).expect(409);
  });
});

describe('GET /users', () => {
  it('goes page by page through all users, each once, the newest first', async () => {
    for (let made = 0; made < 5; made += 1) await api.makeUser();
    const { rows } = await api.database.owner.query(
      'select user_id from users order by user_id desc',
    );

    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const at: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await admin.get(`/api/v1/users?limit=2${at}`).expect(200);
      seen.push(...body.data.map(({ userId }: { userId: string }) => userId));
      cursor = body.nextCursor;
    }

    expect(seen).toEqual(rows.map(({ user_id }) => user_id));
  });

  it('refuses a cursor that is none of its own', async () => {
    const { body } = await admin.get('/api/v1/users?cursor=abc').expect(400);

    expect(body.errors[0]).toMatchObject({ in: 'query', field: 'cursor' });
  });
});
