import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import { startSimulators } from '../../simulators/start.ts';
import type { AccountProof, Channel, SendingAccount } from '../../src/channels/channel.ts';
import { phoneNumberRoutes } from '../../src/channels/phone-number-routes.ts';
import { whatsappChannel } from '../../src/channels/whatsapp/adapter.ts';
import { releaseByReason } from '../../src/conversations/release.ts';
import { newId } from '../../src/lib/ids.ts';
import { silentLog } from '../../src/lib/log.ts';
import { asTenant } from '../../src/lib/tenant.ts';
import { tellTenantOnce } from '../../src/notifications/notices.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { arrangeConversation, storedConversation } from '../support/arrange-conversation.ts';
import { scriptedChannel } from '../support/scripted-channel.ts';
import { type Client, clientOf, keyOf, recordJobs, serveRoutes } from '../support/serve-routes.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { testVault } from '../support/test-vault.ts';

const { enqueue, jobs } = recordJobs();
let asked: SendingAccount[] = [];
let proof: AccountProof;
let channel: Channel;
let database: TestDatabase;
let server: Express;
let tenant: Tenant;
let client: Client;
let accounts = 0;

const scripted = scriptedChannel(async (account) => {
  asked.push(account);
  return proof;
});

beforeAll(async () => {
  database = await createTestDatabase();
  const admin = database.pool('rapport_admin');
  const routes = phoneNumberRoutes({
    app: database.pool('rapport_app'),
    admin,
    vault: testVault,
    newId,
    channelFor: () => channel,
    numberRestored: (tx, number) =>
      releaseByReason(tx, { ...number, reason: 'channel_needs_attention' }),
    enqueue,
    log: silentLog,
    publishLook: () => {},
  });
  server = serveRoutes(admin, routes);
  tenant = await arrangeTenant(database.owner);
  client = clientOf(server, await keyOf(database.owner, tenant.userId));
});
afterAll(() => database.drop());
beforeEach(() => {
  jobs.length = 0;
  asked = [];
  proof = { hasAccess: true, displayName: 'Casa Verde' };
  channel = scripted;
});

const secret = 'EAAsecret';
/** A registration of an account that nobody has. */
function registration(more: object = {}) {
  accounts += 1;
  return { metaPhoneNumberId: `2000${accounts}`, accessToken: secret, ...more };
}

async function storedNumber(id: string) {
  const { rows } = await database.owner.query('select * from phone_numbers where id = $1', [id]);
  return rows[0];
}

describe('POST /phone-numbers', () => {
  it('stores an account whose token the provider accepts, under the provider’s name', async () => {
    const { status, body } = await client.post('/phone-numbers').send(registration());

    expect(status).toBe(201);
    expect(body).toMatchObject({
      platform: 'whatsapp',
      displayName: 'Casa Verde',
      health: 'ok',
      healthReason: null,
      messagesPerSecond: null,
    });
    expect(asked).toEqual([{ accountId: body.metaPhoneNumberId, accessToken: secret }]);
  });

  it('keeps the token encrypted for its own row, and never answers it', async () => {
    const { body, text } = await client.post('/phone-numbers').send(registration());

    const { access_token: ciphertext } = await storedNumber(body.id);
    const shown = await client.get(`/phone-numbers/${body.id}`);
    const listed = await client.get('/phone-numbers');
    expect(ciphertext).not.toContain(secret);
    expect(testVault.decrypt(ciphertext, body.id)).toBe(secret);
    expect(() => testVault.decrypt(ciphertext, 'phn_other')).toThrow();
    for (const answer of [text, shown.text, listed.text]) {
      expect(answer).not.toContain(secret);
      expect(answer).not.toContain(ciphertext);
      expect(answer).not.toContain('ccessToken');
    }
  });

  // Seen failing with the provider's words passed on as they are.
  it('stores nothing when the provider gives no access, and says what it said but not the token', async () => {
    proof = { hasAccess: false, error: { code: 190, text: `bad token ${secret}` } };
    const wanted = registration();

    const { status, body, text } = await client.post('/phone-numbers').send(wanted);

    expect([status, body.code]).toEqual([422, 'phone_number.no_access']);
    expect(body.detail).toContain('bad token');
    expect(body.detail).toContain('190');
    expect(text).not.toContain(secret);
    const { rows } = await database.owner.query(
      'select from phone_numbers where meta_phone_number_id = $1',
      [wanted.metaPhoneNumberId],
    );
    expect(rows).toEqual([]);
  });

  // Seen failing (the provider is asked) with requireFreeAccount taken out.
  it('refuses an account that anybody in the installation has, before it asks the provider', async () => {
    const other = await arrangeTenant(database.owner);
    const wanted = registration({ metaPhoneNumberId: other.accountId });

    const { status, body } = await client.post('/phone-numbers').send(wanted);

    expect([status, body.code]).toEqual([409, 'phone_number.taken']);
    expect(JSON.stringify(body)).not.toContain(other.userId);
    expect(asked).toEqual([]);
  });

  // Seen failing (500) with the unique constraint's error not read in insertPhoneNumber.
  it('gives an account to one of two who ask at once', async () => {
    const other = await arrangeTenant(database.owner);
    const otherClient = clientOf(server, await keyOf(database.owner, other.userId));
    const wanted = registration();
    const bothAsked = Promise.withResolvers<void>();
    channel = scriptedChannel(async (account) => {
      asked.push(account);
      if (asked.length === 2) bothAsked.resolve();
      await bothAsked.promise;
      return proof;
    });

    const answers = await Promise.all(
      [client, otherClient].map((one) => one.post('/phone-numbers').send(wanted)),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it('refuses a platform that there is none of', async () => {
    const { status, body } = await client
      .post('/phone-numbers')
      .send(registration({ platform: 'telegram' }));

    expect([status, body.code]).toEqual([400, 'request.invalid']);
  });

  it.each([
    ['metaPhoneNumberId', '../me'],
    ['metaPhoneNumberId', 'a?b'],
    ['accessToken', 'two words'],
    ['accessToken', 'line\r\nbreak'],
    ['messagesPerSecond', 0],
    ['platform', 'pigeon'],
    ['health', 'ok'],
  ])('refuses %s %j and asks nobody', async (field, value) => {
    const { status, body } = await client
      .post('/phone-numbers')
      .send(registration({ [field]: value }));

    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ in: 'body', field }]);
    expect(asked).toEqual([]);
  });
});

describe('PATCH /phone-numbers/:phoneNumberId', () => {
  it('changes the name and the rate, and clears them, without asking the provider', async () => {
    const { body: made } = await client.post('/phone-numbers').send(registration());
    asked = [];
    const path = `/phone-numbers/${made.id}`;

    const set = await client.patch(path).send({ displayName: 'Shop', messagesPerSecond: 10 });
    const kept = await client.patch(path).send({});
    const cleared = await client.patch(path).send({ displayName: null, messagesPerSecond: null });

    expect(set.body).toMatchObject({ displayName: 'Shop', messagesPerSecond: 10 });
    expect(kept.body).toMatchObject({ displayName: 'Shop', messagesPerSecond: 10 });
    expect(cleared.body).toMatchObject({ displayName: null, messagesPerSecond: null });
    expect(asked).toEqual([]);
  });

  it('makes the number well again with a token that is proven, and the AI answers what waited', async () => {
    const ill = await arrangeTenant(database.owner);
    const { userId, phoneNumberId } = ill;
    await database.owner.query(
      `update phone_numbers set health = 'needs_attention', health_reason = 'expired' where id = $1`,
      [phoneNumberId],
    );
    const conversationId = await arrangeConversation(database.owner, ill, {
      authors: ['customer'],
      owedThrough: 1,
      handledBy: 'human',
      handoverReason: 'channel_needs_attention',
    });
    await asTenant(database.pool('rapport_app'), userId, (tx) =>
      tellTenantOnce(tx, {
        newId,
        userId,
        kind: 'phone_number.needs_attention',
        dedupeKey: phoneNumberId,
        text: '',
        details: {},
      }),
    );
    const owner = clientOf(server, await keyOf(database.owner, userId));

    const { status, body } = await owner
      .patch(`/phone-numbers/${phoneNumberId}`)
      .send({ accessToken: 'EAAnew' });

    expect(status).toBe(200);
    expect(body).toMatchObject({ health: 'ok', healthReason: null });
    expect(asked).toEqual([{ accountId: ill.accountId, accessToken: 'EAAnew' }]);
    const { access_token: ciphertext } = await storedNumber(phoneNumberId);
    expect(testVault.decrypt(ciphertext, phoneNumberId)).toBe('EAAnew');
    const { rows } = await database.owner.query(
      'select resolved_at is not null as settled from notices where user_id = $1',
      [userId],
    );
    expect(rows).toEqual([{ settled: true }]);
    expect(await storedConversation(database.owner, conversationId)).toMatchObject({
      handled_by: 'ai',
    });
    expect(jobs).toEqual([
      { name: 'replies.run', payload: { items: [{ userId, conversationId }] } },
    ]);
  });

  it('leaves everything as it is when the new token gives no access', async () => {
    const { body: made } = await client.post('/phone-numbers').send(registration());
    proof = { hasAccess: false, error: { code: 190, text: 'expired' } };

    const { status, body } = await client
      .patch(`/phone-numbers/${made.id}`)
      .send({ accessToken: 'EAAbad', displayName: 'Changed' });

    expect([status, body.code]).toEqual([422, 'phone_number.no_access']);
    const row = await storedNumber(made.id);
    expect(row.display_name).toBe('Casa Verde');
    expect(testVault.decrypt(row.access_token, made.id)).toBe(secret);
  });

  it('does not prove a token for another tenant’s number', async () => {
    const other = await arrangeTenant(database.owner);

    const { status } = await client
      .patch(`/phone-numbers/${other.phoneNumberId}`)
      .send({ accessToken: 'EAAnew' });

    expect(status).toBe(404);
    expect(asked).toEqual([]);
  });
});

describe('POST /phone-numbers against Graph as simulated', () => {
  it('asks Graph with the token, and tells an unreachable Graph from a refusal', async () => {
    const simulators = await startSimulators({ webhookUrl: 'http://127.0.0.1:9', appSecret: 's' });
    const options = { graphVersion: 'v25.0', timeoutMs: 5_000 };
    channel = whatsappChannel({ ...options, graphUrl: simulators.graphUrl });

    const accepted = await client.post('/phone-numbers').send(registration());
    const expired = await client
      .post('/phone-numbers')
      .send(registration({ accessToken: 'expired-token' }));
    const unknown = await client
      .post('/phone-numbers')
      .send(registration({ metaPhoneNumberId: 'no-access-1' }));
    await simulators.close();
    const away = await client.post('/phone-numbers').send(registration());

    expect(accepted.status).toBe(201);
    expect([expired.status, expired.body.code]).toEqual([422, 'phone_number.no_access']);
    expect([unknown.status, unknown.body.code]).toEqual([422, 'phone_number.no_access']);
    expect([away.status, away.body.code]).toEqual([503, 'channel.unavailable']);
    expect(Number(away.headers['retry-after'])).toBeGreaterThan(0);
  });
});
