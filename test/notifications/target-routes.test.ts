import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/lib/ids.ts';
import { notificationRoutes } from '../../src/notifications/notification-routes.ts';
import { sendNotification } from '../../src/notifications/sending/send-notification.ts';
import { defaultRules } from '../../src/notifications/targets/rules.ts';
import { targetRoutes } from '../../src/notifications/targets/target-routes.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { arrangeConversation } from '../support/arrange-conversation.ts';
import { arrangeNotification, arrangeTarget } from '../support/arrange-notifications.ts';
import { recordingLog } from '../support/recording-log.ts';
import { scriptedNotifier } from '../support/scripted-notifier.ts';
import { type Client, clientOf, keyOf, serveRoutes } from '../support/serve-routes.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { testVault } from '../support/test-vault.ts';

let database: TestDatabase;
let tenant: Tenant;
let client: Client;
const notifier = scriptedNotifier();
const { log, lines } = recordingLog();
const hook = 'https://hooks.slack.com/services/T0123/B0123/very-secret-part';

let server: ReturnType<typeof serveRoutes>;

beforeAll(async () => {
  database = await createTestDatabase();
  const app = database.pool('rapport_app');
  const sending = {
    app,
    vault: testVault,
    newId,
    now: () => new Date(),
    random: () => 1,
    notifiers: new Map([['slack' as const, notifier]]),
    publicUrl: 'https://rapport.example',
    leaseMs: 60_000,
    publishLook: () => {},
    observeNotification: () => {},
    log,
  };
  server = serveRoutes(database.pool('rapport_admin'), [
    ...targetRoutes({ ...sending, sendNotification: (ref) => sendNotification(sending, ref) }),
    ...notificationRoutes({ app }),
  ]);
});
afterAll(() => database.drop());
beforeEach(async () => {
  tenant = await arrangeTenant(database.owner);
  client = clientOf(server, await keyOf(database.owner, tenant.userId));
  notifier.calls.length = 0;
});

const post = (body: object) => client.post('/notification-targets').send(body);

async function storedTarget(id: string): Promise<Record<string, unknown>> {
  const { rows } = await database.owner.query(
    'select * from notification_targets where notification_target_id = $1',
    [id],
  );
  return rows[0] ?? {};
}

describe('POST /notification-targets', () => {
  it('takes a kind and an address, and has an answer for the rest', async () => {
    const { body } = await post({ kind: 'email', address: 'sales@example.com' }).expect(201);

    expect(body).toEqual({
      notificationTargetId: expect.stringMatching(/^tgt_/),
      kind: 'email',
      name: null,
      address: 'sales@example.com',
      rules: defaultRules,
      quietHours: null,
      digest: null,
      escalation: null,
      options: {},
      isActive: true,
      createdAt: expect.stringMatching(/Z$/),
    });
  });

  it('keeps and answers everything that may be said', async () => {
    const { body: boss } = await post({ kind: 'email', address: 'boss@example.com', rules: [] });
    const given = {
      kind: 'whatsapp',
      address: '+351 912 345 678',
      name: 'Rita',
      rules: [
        { on: 'keyword', words: ['refund'], platforms: ['whatsapp'] },
        { on: 'click', purposes: ['pricing'], agentIds: [tenant.agentId] },
      ],
      quietHours: {
        timeZone: 'Europe/Lisbon',
        ranges: [{ from: '22:00', to: '07:00', days: ['mon', 'tue'] }],
        exceptHot: true,
      },
      digest: { timeZone: 'Europe/Lisbon', at: ['09:00', '17:00'] },
      escalation: { afterMinutes: 15, toTargetId: boss.notificationTargetId },
      options: { templateName: 'new_lead', templateLanguage: 'pt_PT' },
    };

    const { body } = await post(given).expect(201);
    const { body: shown } = await client
      .get(`/notification-targets/${body.notificationTargetId}`)
      .expect(200);

    expect(body).toMatchObject(given);
    expect(shown).toEqual(body);
  });

  // Seen failing with the address stored as it was given.
  it('keeps addresses as ciphertext of their own row, and shows nothing of a hook that lets one post', async () => {
    const { body, text } = await post({ kind: 'slack', address: hook }).expect(201);
    const { body: list, text: listed } = await client.get('/notification-targets').expect(200);

    const { address } = await storedTarget(body.notificationTargetId);
    expect(body.address).toBe('https://hooks.slack.com/…');
    expect(text + listed).not.toContain('very-secret-part');
    expect(list.data).toEqual([body]);
    expect(address).toMatch(/^v2:/);
    expect(testVault.decrypt(String(address), body.notificationTargetId)).toBe(hook);
  });

  it('gives a webhook a signing secret, shown once, and another when asked', async () => {
    const address = 'https://crm.example.com/hooks?key=very-secret';
    const { body } = await post({ kind: 'webhook', address }).expect(201);
    const path = `/notification-targets/${body.notificationTargetId}`;
    const { body: shown, text } = await client.get(path).expect(200);
    const { body: rotated } = await client.post(`${path}/rotate-secret`).expect(200);

    expect(body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    expect(shown).toEqual({ ...body, secret: undefined });
    expect(text).not.toContain('very-secret');
    expect(shown.address).toBe('https://crm.example.com/hooks?…');
    expect(rotated.secret).toMatch(/^whsec_/);
    expect(rotated.secret).not.toBe(body.secret);
    const { secret } = await storedTarget(body.notificationTargetId);
    expect(testVault.decrypt(String(secret), body.notificationTargetId)).toBe(rotated.secret);
  });

  it('has no secret to rotate for what is not signed', async () => {
    const id = await arrangeTarget(database.owner, tenant.userId);

    const { body } = await client.post(`/notification-targets/${id}/rotate-secret`).expect(422);

    expect(body.code).toBe('notification_target.unsigned');
  });

  it.each([
    ['email', 'not an address', 'address'],
    ['email', 'a@example.com, b@example.com', 'address'],
    ['email', 'a@example.com\r\nBcc: b@example.com', 'address'],
    ['whatsapp', '912 345 678', 'address'],
    ['whatsapp', '+351 1', 'address'],
    ['slack', 'ftp://hooks.slack.com/x', 'address'],
    ['slack', 'hooks.slack.com/x', 'address'],
    ['teams', 'javascript:alert(1)', 'address'],
    ['webhook', 'https://user:password@example.com/', 'address'],
    ['fax', '+351912345678', 'kind'],
  ])('refuses the %s address %j and names the field', async (kind, address, field) => {
    const { body } = await post({ kind, address }).expect(400);

    expect(body.errors).toMatchObject([{ in: 'body', field }]);
  });

  it.each([
    [{ rules: [{ on: 'tag', tags: ['Boiling'] }] }, 'rules.0.tags.0'],
    [
      { quietHours: { timeZone: 'Mars', ranges: [{ from: '22:00', to: '07:00' }] } },
      'quietHours.timeZone',
    ],
    [{ escalation: { afterMinutes: 0, toTargetId: 'tgt_x' } }, 'escalation.afterMinutes'],
    [{ options: { password: 'x' } }, 'options.password'],
    [{ secret: 'mine' }, 'secret'],
  ])('refuses %j and names the field', async (wrong, field) => {
    const { body } = await post({ kind: 'email', address: 'a@example.com', ...wrong }).expect(400);

    expect(body.errors.map((fault: { field: string }) => fault.field)).toEqual([field]);
  });

  it('escalates to another target of the same tenant only', async () => {
    const other = await arrangeTenant(database.owner);
    const theirs = await arrangeTarget(database.owner, other.userId);
    const own = await arrangeTarget(database.owner, tenant.userId);
    const escalation = { afterMinutes: 5, toTargetId: theirs };

    await post({ kind: 'slack', address: hook, escalation }).expect(404);
    await client.patch(`/notification-targets/${own}`).send({ escalation }).expect(404);
    const { body } = await client
      .patch(`/notification-targets/${own}`)
      .send({ escalation: { ...escalation, toTargetId: own } })
      .expect(400);
    expect(body.errors).toMatchObject([{ field: 'escalation.toTargetId' }]);
  });
});

describe('PATCH /notification-targets/:notificationTargetId', () => {
  it('changes what is given and takes away what is null', async () => {
    const { body } = await post({
      kind: 'slack',
      address: hook,
      name: 'Sales',
      digest: { everyMinutes: 30 },
    });
    const path = `/notification-targets/${body.notificationTargetId}`;

    const { body: changed } = await client
      .patch(path)
      .send({ address: `${hook}2`, digest: null, rules: [{ on: 'booking' }] })
      .expect(200);

    expect(changed).toEqual({ ...body, digest: null, rules: [{ on: 'booking' }] });
    const { address } = await storedTarget(body.notificationTargetId);
    expect(testVault.decrypt(String(address), body.notificationTargetId)).toBe(`${hook}2`);
  });

  it('refuses an address that is not of its kind', async () => {
    const { body } = await post({ kind: 'slack', address: hook });

    await client
      .patch(`/notification-targets/${body.notificationTargetId}`)
      .send({ address: 'sales@example.com' })
      .expect(400);
  });

  // Seen failing with cancelWaiting taken out.
  it('cancels what waits for a target that is switched off, and not what may have been sent', async () => {
    const { userId } = tenant;
    const targetId = await arrangeTarget(database.owner, userId);
    const waiting = await arrangeNotification(database.owner, { userId, targetId });
    const handedOver = await arrangeNotification(database.owner, { userId, targetId });
    await database.owner.query(
      'update notifications set handed_over_at = now() where notification_id = $1',
      [handedOver],
    );

    await client.patch(`/notification-targets/${targetId}`).send({ isActive: false }).expect(200);

    const { body } = await client.get('/notifications').expect(200);
    expect(body.data).toMatchObject([
      { notificationId: handedOver, status: 'pending' },
      { notificationId: waiting, status: 'cancelled', nextAttemptAt: null },
    ]);
  });
});

describe('DELETE /notification-targets/:notificationTargetId', () => {
  it('forgets a target that was never used', async () => {
    const { body } = await post({ kind: 'slack', address: hook });
    const path = `/notification-targets/${body.notificationTargetId}`;

    await client.delete(path).expect(204);

    await client.get(path).expect(404);
    await client.delete(path).expect(404);
    expect(await storedTarget(body.notificationTargetId)).toEqual({});
  });

  it('keeps what was sent to a target, without the address, and nobody escalates to it any more', async () => {
    const { userId } = tenant;
    const targetId = await arrangeTarget(database.owner, userId, { kind: 'webhook', secret: 'x' });
    const escalation = { afterMinutes: 5, toTargetId: targetId };
    const other = await arrangeTarget(database.owner, userId, { escalation });
    const notificationId = await arrangeNotification(database.owner, { userId, targetId });

    await client.delete(`/notification-targets/${targetId}`).expect(204);

    const { body: left } = await client.get('/notification-targets').expect(200);
    expect(left.data).toMatchObject([{ notificationTargetId: other, escalation: null }]);
    await client.patch(`/notification-targets/${targetId}`).send({ name: 'x' }).expect(404);
    await client.post(`/notification-targets/${targetId}/test`).expect(404);
    const { body } = await client.get(`/notifications/${notificationId}`).expect(200);
    expect(body).toMatchObject({ status: 'cancelled', notificationTargetId: targetId });
    expect(await storedTarget(targetId)).toMatchObject({ address: '', secret: null });
  });
});

describe('POST /notification-targets/:notificationTargetId/test', () => {
  it('sends a test now, in quiet hours too, and answers what became of it', async () => {
    const targetId = await arrangeTarget(database.owner, tenant.userId, {
      address: hook,
      isActive: false,
      digest: { everyMinutes: 60 },
      quietHours: { timeZone: 'UTC', ranges: [{ from: '00:00', to: '23:59' }] },
    });

    const { body } = await client.post(`/notification-targets/${targetId}/test`).expect(200);

    expect(body).toMatchObject({ kind: 'test', status: 'sent', notificationTargetId: targetId });
    expect(notifier.calls).toMatchObject([
      { target: { address: hook }, notification: { kind: 'test' } },
    ]);
  });

  it('is tried once and says why it failed, to who asked and to nobody else', async () => {
    const targetId = await arrangeTarget(database.owner, tenant.userId, { address: hook });
    const { script } = notifier;
    notifier.script = async () => ({ outcome: 'retry', error: `${hook} is away` });

    const { body, text } = await client.post(`/notification-targets/${targetId}/test`).expect(200);

    notifier.script = script;
    expect(body).toMatchObject({ status: 'failed', attempts: 1, nextAttemptAt: null });
    expect(body.error).toContain('is away');
    expect(text + JSON.stringify(lines)).not.toContain('very-secret-part');
    const { rowCount } = await database.owner.query('select from notices where user_id = $1', [
      tenant.userId,
    ]);
    expect(rowCount).toBe(0);
  });

  it('is refused when it was done often', async () => {
    const targetId = await arrangeTarget(database.owner, tenant.userId);
    const test = () => client.post(`/notification-targets/${targetId}/test`);
    const answers: number[] = [];
    for (let times = 0; times < 21; times += 1) answers.push((await test()).status);

    expect(answers).toEqual([...Array(20).fill(200), 429]);
  });
});

describe('GET /notifications', () => {
  it('lists the newest first, in pages, by conversation, target and status', async () => {
    const { userId } = tenant;
    const targetId = await arrangeTarget(database.owner, userId);
    const otherId = await arrangeTarget(database.owner, userId);
    const conversationId = await arrangeConversation(database.owner, tenant);
    const about = { userId, targetId };
    const first = await arrangeNotification(database.owner, { ...about, conversationId });
    const second = await arrangeNotification(database.owner, about);
    const third = await arrangeNotification(database.owner, { userId, targetId: otherId });
    await database.owner.query(
      `update notifications set status = 'failed', next_attempt_at = null where notification_id = $1`,
      [second],
    );
    const ids = async (query: string): Promise<string[]> =>
      (await client.get(`/notifications?${query}`).expect(200)).body.data.map(
        (one: { notificationId: string }) => one.notificationId,
      );
    const page = await client.get('/notifications?limit=2').expect(200);

    expect(await ids('')).toEqual([third, second, first]);
    expect(await ids(`cursor=${page.body.nextCursor}`)).toEqual([first]);
    expect(await ids(`conversationId=${conversationId}`)).toEqual([first]);
    expect(await ids(`targetId=${targetId}`)).toEqual([second, first]);
    expect(await ids('status=failed')).toEqual([second]);
    await client.get('/notifications?status=lost').expect(400);
  });

  it('does not show the token that opens the conversation', async () => {
    const { userId } = tenant;
    const targetId = await arrangeTarget(database.owner, userId);
    const notificationId = await arrangeNotification(database.owner, { userId, targetId });
    const { rows } = await database.owner.query(
      'select open_token from notifications where notification_id = $1',
      [notificationId],
    );

    const { text } = await client.get(`/notifications/${notificationId}`).expect(200);

    expect(text).not.toContain(rows[0].open_token);
  });
});
