import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WireEvent } from '../realtime/event-client.ts';
import type { Tenant } from '../support/arrange.ts';
import { askApi } from '../support/ask-api.ts';
import { eventually } from '../support/eventually.ts';
import { expectCharges, expectStoredOnce } from '../support/expect-settled.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { askWebchat, openVisitor } from '../support/webchat-visitor.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  await stage.start('all');
});
afterAll(() => stage.close());

const tenantWith = (webchat: object = {}, settings: object = {}): Promise<Tenant> =>
  stage.tenant({ platform: 'webchat', settings: { quietMs: 50, webchat, ...settings } });

const ofKind = (events: WireEvent[], kind: string): Record<string, unknown>[] =>
  events.filter(({ event }) => event === kind).map(({ data }) => Object(data));

async function personTypes(tenant: Tenant, conversation: string): Promise<void> {
  const answer = await fetch(
    new URL(`/api/v1/${conversation}/typing?userId=${tenant.userId}`, stage.webhookUrl),
    { method: 'POST', headers: { authorization: 'Bearer an-admin-key-of-tests' } },
  );
  expect(answer.status).toBe(204);
}

const answersIn = (events: WireEvent[]) =>
  ofKind(events, 'message').filter(({ author }) => author === 'ai');

describe('a message in the web chat', () => {
  it('is answered once, streamed as it is written, charged once and numbered without a gap', async () => {
    const tenant = await tenantWith();
    const visitor = await openVisitor(stage, tenant);
    const events = await visitor.events(0);

    const { status, body } = await visitor.write('do you deliver to Faro');

    expect(status).toBe(201);
    expect(body).toMatchObject({
      sequenceNo: 1,
      sender: 'visitor',
      author: 'customer',
      text: 'do you deliver to Faro',
      conversationId: visitor.conversationId,
    });
    const heard = await events.until((seen) => answersIn(seen).length > 0);
    const [answer] = answersIn(heard);
    const deltas = ofKind(heard, 'delta');
    expect(deltas.length).toBeGreaterThan(0);
    expect(deltas.map(({ text }) => text).join('')).toBe(answer?.['text']);
    expect(new Set(deltas.map(({ turnId }) => turnId)).size).toBe(1);
    expect(heard.at(-1)?.event === 'delta').toBe(false);
    expect(ofKind(heard, 'typing')).toContainEqual({ author: 'ai' });
    expect((await visitor.messages()).map(({ sequenceNo }) => sequenceNo)).toEqual([1, 2]);
    await expectStoredOnce(stage, tenant);
    await expectCharges(stage.owner, tenant, 0);
    events.close();
  });

  // Seen failing with a new id in place of the visitor's own as the provider's id.
  it('is one message however often its page sends it, also at once', async () => {
    const tenant = await tenantWith();
    const visitor = await openVisitor(stage, tenant);

    const answers = await Promise.all(
      Array.from({ length: 12 }, () => visitor.write('only once', 'mine-1')),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body['messageId'])).size).toBe(1);
    await eventually('the answer', async () => (await visitor.messages()).length === 2);
    await pause(300);
    expect(await visitor.messages()).toHaveLength(2);
    await expectCharges(stage.owner, tenant, 0);
  });

  it('begins nothing before it is written: a visit alone stores nobody', async () => {
    const tenant = await tenantWith();
    const visitor = await openVisitor(stage, tenant);
    await visitor.messages();
    const events = await visitor.events();

    const { rows } = await stage.owner.query(
      `select (select count(*)::int from contacts where user_id = $1) as contacts,
              (select count(*)::int from conversations where user_id = $1) as conversations`,
      [tenant.userId],
    );
    expect(rows[0]).toEqual({ contacts: 0, conversations: 0 });
    events.close();
  });

  it('is refused in words when it is too long, empty, or has unknown fields', async () => {
    const visitor = await openVisitor(stage, await tenantWith());

    const long = await visitor.write('x'.repeat(4_001));
    const empty = await visitor.write('   ');
    const unknown = await visitor.write('hi', undefined, { sender: 'business' });

    expect([long.status, long.body['code']]).toEqual([422, 'message.too_long']);
    expect([empty.status, unknown.status]).toEqual([400, 400]);
    expect(JSON.stringify(unknown.body)).toContain('sender');
    expect(await visitor.messages()).toEqual([]);
  });
});

describe('a session', () => {
  it('goes on with the conversation of an older token, and tells what the chat looks like', async () => {
    const tenant = await tenantWith({ greeting: 'Hello!', color: '#1a7f64' });
    const before = await openVisitor(stage, tenant);
    await before.write('hello');

    const again = await openVisitor(stage, tenant, { more: { token: before.token } });

    expect(again.conversationId).toBe(before.conversationId);
    expect(await again.messages()).toMatchObject([{ text: 'hello' }]);
    expect(again.session).toMatchObject({
      agentName: 'Agent',
      handledBy: 'ai',
      settings: { greeting: 'Hello!', color: '#1a7f64', quickReplies: [], attachments: true },
    });
  });

  it('is a new one for a token that is forged, of another chat, or none', async () => {
    const [tenant, other] = [await tenantWith(), await tenantWith()];
    const theirs = await openVisitor(stage, other);
    const forged = `${theirs.token.slice(0, -4)}AAAA`;

    const visitors = await Promise.all(
      [forged, theirs.token, 'nonsense', ''].map((token) =>
        openVisitor(stage, tenant, { more: { token } }),
      ),
    );

    const ids = visitors.map(({ conversationId }) => conversationId);
    expect(new Set([...ids, theirs.conversationId]).size).toBe(5);
  });

  it('is refused for a key that nobody has', async () => {
    const refused = await askWebchat(stage, 'sessions', { body: { key: 'nobody' } });

    expect([refused.status, refused.body['code']]).toEqual([404, 'webchat.unknown_key']);
  });
});

describe('a visitor', () => {
  it('can never read, follow or write into another’s conversation', async () => {
    const tenant = await tenantWith();
    const [victim, other] = [await openVisitor(stage, tenant), await openVisitor(stage, tenant)];
    const strangers = await openVisitor(stage, await tenantWith());
    await victim.write('my secret order');
    const listening = await Promise.all([other.events(0), strangers.events(0)]);

    await victim.write('and my address');
    await eventually('both are stored', async () => (await victim.messages()).length >= 2);
    for (const one of [other, strangers]) {
      const tricks = [
        one.ask(`messages?conversationId=${victim.conversationId}`),
        one.ask('messages', {
          body: { clientMessageId: 'x', text: 'x', conversationId: victim.conversationId },
        }),
        one.ask(`conversations/${victim.conversationId}/messages`),
        askWebchat(stage, 'messages', { headers: { authorization: `Bearer ${victim.token}x` } }),
        askWebchat(stage, 'messages'),
      ];
      const statuses = (await Promise.all(tricks)).map(({ status }) => status);
      expect(statuses).toEqual([400, 400, 404, 401, 401]);
      expect(await one.messages()).toEqual([]);
    }
    // No key of a business is a visitor's token, and no visitor's token a key.
    const api = await fetch(new URL('/api/v1/conversations', stage.webhookUrl), {
      headers: { authorization: `Bearer ${victim.token}` },
    });
    expect(api.status).toBe(401);
    expect(listening.flatMap(({ events }) => events)).toEqual([]);
    for (const one of listening) one.close();
  });

  it('hears in every tab what is said in one, and all of it again after a message they had', async () => {
    const visitor = await openVisitor(stage, await tenantWith());
    const tabs = await Promise.all([visitor.events(), visitor.events()]);
    await visitor.write('from the first tab', 'tab-1');

    const heard = await Promise.all(
      tabs.map((tab) => tab.until((seen) => answersIn(seen).length > 0)),
    );
    const resumed = await visitor.events(1);
    const caughtUp = await resumed.until((seen) => ofKind(seen, 'message').length > 0);

    for (const events of heard) {
      expect(ofKind(events, 'message').map(({ clientMessageId }) => clientMessageId)).toEqual([
        'tab-1',
        null,
      ]);
    }
    expect(ofKind(caughtUp, 'message').map(({ sequenceNo }) => sequenceNo)).toEqual([2]);
    for (const one of [...tabs, resumed]) one.close();
  });

  it('sees a person take over, typing and all, and reads them before the AI comes back', async () => {
    const tenant = await tenantWith();
    const visitor = await openVisitor(stage, tenant);
    const events = await visitor.events(0);
    await visitor.write('is anybody there');
    await events.until((seen) => answersIn(seen).length > 0);

    const path = `conversations/${visitor.conversationId}`;
    await personTypes(tenant, path);
    await askApi(stage, tenant, `${path}/messages`, {
      method: 'POST',
      body: { text: 'Rita here, I am **real**' },
    });

    const heard = await events.until((seen) =>
      ofKind(seen, 'message').some(({ author }) => author === 'human'),
    );
    expect(ofKind(heard, 'typing')).toContainEqual({ author: 'human' });
    expect(ofKind(heard, 'message').at(-1)).toMatchObject({
      sender: 'business',
      text: 'Rita here, I am **real**',
    });
    await events.until((seen) =>
      ofKind(seen, 'status').some((one) => one['handledBy'] === 'human'),
    );
    const back = await openVisitor(stage, tenant, { more: { token: visitor.token } });
    expect(back.session).toMatchObject({ handledBy: 'human' });
    events.close();
  });

  it('tells how far they have read, and the delivery never moves back', async () => {
    const tenant = await tenantWith();
    const visitor = await openVisitor(stage, tenant);
    await visitor.write('hello');
    await eventually('the answer', async () => (await visitor.messages()).length === 2);
    const statusOf = async (): Promise<unknown> => {
      const { rows } = await stage.owner.query(
        'select status from message_delivery_status where user_id = $1',
        [tenant.userId],
      );
      return rows[0]?.status;
    };
    await eventually('it is sent', async () => (await statusOf()) === 'sent');

    for (const status of ['read', 'delivered']) {
      const told = await visitor.ask('receipts', { body: { status, through: 2 } });
      expect(told.status).toBe(204);
    }

    expect(await statusOf()).toBe('read');
  });
});
