import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { conversationRoutes } from '../../src/conversations/conversation-routes.ts';
import { messageRoutes } from '../../src/conversations/message-routes.ts';
import { newId } from '../../src/lib/ids.ts';
import { silentLog } from '../../src/lib/log.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { arrangeConversation, storedConversation } from '../support/arrange-conversation.ts';
import { scriptedChannel } from '../support/scripted-channel.ts';
import { type Client, clientOf, keyOf, recordJobs, serveRoutes } from '../support/serve-routes.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { testDownloads } from '../support/test-downloads.ts';

const { enqueue, jobs } = recordJobs();
let looks = 0;
let database: TestDatabase;
let tenant: Tenant;
let client: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  tenant = await arrangeTenant(database.owner, { settings: { takeoverMinutes: 15 } });
  const channel = scriptedChannel(undefined, { burst: 2, intervalMs: 60_000 });
  const deps = {
    app: database.pool('rapport_app'),
    newId,
    channelFor: () => channel,
    enqueue,
    log: silentLog,
    publishLook: () => {
      looks += 1;
    },
    downloads: testDownloads,
  };
  const routes = [...conversationRoutes(deps), ...messageRoutes(deps)];
  const server = serveRoutes(database.pool('rapport_admin'), routes);
  client = clientOf(server, await keyOf(database.owner, tenant.userId));
});
afterAll(() => database.drop());
beforeEach(() => {
  jobs.length = 0;
  looks = 0;
});

const say = (conversationId: string, text: string) =>
  client.post(`/conversations/${conversationId}/messages`).send({ text });

describe('POST /conversations/:conversationId/messages', () => {
  it('stores the message as a person’s, waiting to be sent', async () => {
    const id = await arrangeConversation(database.owner, tenant, { authors: ['customer'] });

    const { status, body } = await say(id, 'Hello, this is Ann.');

    expect(status).toBe(201);
    expect(body).toMatchObject({
      conversationId: id,
      sequenceNo: 2,
      sender: 'agent',
      author: 'human',
      type: 'text',
      text: 'Hello, this is Ann.',
      content: {},
      status: 'pending',
      deliveryStatus: 'pending',
      attachments: [],
    });
    expect(body.timestamp).toMatch(/^\d{4}-.*Z$/);
  });

  it('counts as the answer to all before it and keeps the AI silent for the agent’s time', async () => {
    const id = await arrangeConversation(database.owner, tenant, {
      authors: ['customer', 'customer'],
      owedThrough: 2,
      replyDueMinutes: 0,
      turnId: 'trn_under_way',
    });

    await say(id, 'I am on it.').expect(201);

    const row = await storedConversation(database.owner, id);
    expect(row).toMatchObject({
      last_sequence_no: 3,
      answered_through: 2,
      reply_due_at: null,
      owed_since: null,
      handled_by: 'human',
      handover_reason: 'person_wrote',
      turn_id: 'trn_under_way',
    });
    expect(Number(row['paused_minutes'])).toBeCloseTo(15, 0);
  });

  it('tells whoever watches and asks for the sending, after the commit', async () => {
    const id = await arrangeConversation(database.owner, tenant);

    const { body } = await say(id, 'Now.');

    const { rows } = await database.owner.query(
      `select kind, payload from realtime_events
        where payload ->> 'conversationId' = $1 order by event_id`,
      [id],
    );
    expect(rows).toMatchObject([
      { kind: 'message', payload: body },
      { kind: 'conversation', payload: { conversationId: id, handledBy: 'human' } },
    ]);
    expect(looks).toBe(1);
    expect(jobs).toEqual([
      {
        name: 'sends.run',
        payload: { items: [{ userId: tenant.userId, conversationId: id }] },
      },
    ]);
  });

  // Seen failing with both mechanisms taken out: the lock in lockConversation, and the number counted up in the row.
  it('numbers messages that are written at once without a gap', async () => {
    const id = await arrangeConversation(database.owner, tenant, { authors: ['customer'] });

    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => say(id, `line ${n}`)));

    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
    expect(
      answers.map(({ body }) => body.sequenceNo).sort((a: number, b: number) => a - b),
    ).toEqual(Array.from({ length: 20 }, (_, n) => n + 2));
  });

  // Seen failing with a new id for every request in place of idOfKey, and with the lock in lockConversation taken out.
  it('writes once for one Idempotency-Key, however many come at once', async () => {
    const id = await arrangeConversation(database.owner, tenant);
    const write = (text: string) => say(id, text).set('Idempotency-Key', 'once');

    const answers = await Promise.all(Array.from({ length: 10 }, () => write('only once')));
    const other = await write('something else');

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body.messageId)).size).toBe(1);
    expect(await storedConversation(database.owner, id)).toMatchObject({ last_sequence_no: 1 });
    expect(other.status).toBe(409);
    expect(other.body.code).toBe('idempotency.key_reused');
  });

  it('makes two messages of one key in two conversations', async () => {
    const first = await arrangeConversation(database.owner, tenant);
    const second = await arrangeConversation(database.owner, tenant);

    const one = await say(first, 'same').set('Idempotency-Key', 'k').expect(201);
    const two = await say(second, 'same').set('Idempotency-Key', 'k').expect(201);

    expect(one.body.messageId).not.toBe(two.body.messageId);
  });

  // Seen failing with next_attempt_at set to now().
  it('keeps to what the provider lets one customer get', async () => {
    const id = await arrangeConversation(database.owner, tenant);

    for (const text of ['one', 'two', 'three']) await say(id, text).expect(201);

    const { rows } = await database.owner.query(
      `select round(extract(epoch from d.next_attempt_at - c.last_message_at))::int as seconds
         from message_delivery_status d
         join messages m on m.message_id = d.message_id
         join conversations c on c.conversation_id = d.conversation_id
        where d.conversation_id = $1 order by m.sequence_no`,
      [id],
    );
    expect(rows[0].seconds).toBeLessThanOrEqual(0);
    expect(rows[1].seconds).toBeLessThanOrEqual(0);
    expect(rows[2].seconds).toBeGreaterThan(50);
  });

  it('refuses free text when the reply window has closed', async () => {
    const id = await arrangeConversation(database.owner, tenant, { windowMinutes: -1 });

    const { status, body } = await say(id, 'Are you there?');

    expect(status).toBe(409);
    expect(body.code).toBe('channel.reply_window_closed');
    expect(await storedConversation(database.owner, id)).toMatchObject({ last_sequence_no: 0 });
  });

  it('takes text after the window when the agent has a template to send', async () => {
    const withTemplate = await arrangeTenant(database.owner, {
      settings: { templateName: 'hello', templateLanguage: 'en' },
    });
    const id = await arrangeConversation(database.owner, withTemplate, { windowMinutes: -1 });
    const key = await keyOf(database.owner, withTemplate.userId);

    const { status } = await say(id, 'Are you there?').set('Authorization', `Bearer ${key}`);

    expect(status).toBe(201);
  });

  it('refuses a text that does not fit one message, and one with nothing in it', async () => {
    const id = await arrangeConversation(database.owner, tenant);

    const long = await say(id, 'a'.repeat(4_097));
    const longest = await say(id, 'a'.repeat(4_096));
    const empty = await say(id, ' \u0000 ');

    expect([long.status, long.body.code]).toEqual([422, 'message.too_long']);
    expect(longest.status).toBe(201);
    expect([empty.status, empty.body.code]).toEqual([400, 'request.invalid']);
  });

  it('stores text that Postgres cannot hold in a form that it can', async () => {
    const id = await arrangeConversation(database.owner, tenant);

    const { body } = await say(id, 'a\u0000b\ud800c');

    expect(body.text).toBe('ab\ufffdc');
  });

  it('refuses to write into an archived conversation', async () => {
    const id = await arrangeConversation(database.owner, tenant, { isActive: false });

    const { status, body } = await say(id, 'Too late');

    expect([status, body.code]).toEqual([409, 'conversation.archived']);
  });

  it('refuses a field it does not know by its name', async () => {
    const id = await arrangeConversation(database.owner, tenant);

    const { status, body } = await client
      .post(`/conversations/${id}/messages`)
      .send({ text: 'x', author: 'ai' });

    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ in: 'body', field: 'author' }]);
  });
});
