import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Customer, InboundEvent, MessageReceived } from '../../src/channels/inbound-event.ts';
import { ingestInto } from '../inbound/ingest-into.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { rowsWith } from '../support/rows-with.ts';
import { type Client, clientOf, keyOf } from '../support/serve-routes.ts';
import { createTestApp, type TestApp } from '../support/test-app.ts';

let testApp: TestApp;
let tenant: Tenant;
let client: Client;
let ingest: (events: InboundEvent[]) => Promise<void>;
let phone: string;

beforeAll(async () => {
  testApp = await createTestApp();
  ingest = ingestInto(testApp.database);
});
afterAll(() => testApp.close());

let people = 0;
beforeEach(async () => {
  const { owner } = testApp.database;
  tenant = await arrangeTenant(owner);
  client = clientOf(testApp.app, await keyOf(owner, tenant.userId));
  people += 1;
  phone = `35191${String(people).padStart(7, '0')}`;
});

let ids = 0;
const account = () => ({ platform: 'whatsapp' as const, accountId: tenant.accountId });

function message(
  text: string,
  more: { from?: string; name?: string; sentAt?: Date } = {},
): MessageReceived {
  ids += 1;
  const { from = phone, name, sentAt = new Date() } = more;
  return {
    type: 'message',
    account: account(),
    providerMessageId: `wamid.${ids}`,
    from: {
      addresses: [{ kind: 'phone', address: from }],
      ...(name === undefined ? {} : { name }),
    },
    content: { type: 'text', text, details: {}, media: [] },
    expectsReply: true,
    sentAt,
  };
}

async function contactIds(): Promise<string[]> {
  const { body } = await client.get('/api/v1/contacts');
  return body.data.map(({ contactId }: { contactId: string }) => contactId);
}

async function erase(): Promise<void> {
  const [contactId] = await contactIds();
  expect((await client.delete(`/api/v1/contacts/${contactId}`)).status).toBe(204);
}

const left = () => rowsWith(testApp.database.owner, [phone]);
const seconds = (count: number) => new Date(Date.now() + count * 1_000);

describe('erasing a contact', () => {
  it('tells consoles what to drop', async () => {
    await ingest([message('hello')]);
    const { body } = await client.get('/api/v1/conversations');
    const { conversationId, contactId } = body.data[0];

    await erase();

    const { rows } = await testApp.database.owner.query(
      'select kind, payload from realtime_events where user_id = $1',
      [tenant.userId],
    );
    expect(rows).toEqual([
      {
        kind: 'contact',
        payload: {
          contactId,
          conversationIds: [conversationId],
          isErased: true,
          name: null,
          username: null,
        },
      },
    ]);
    expect((await client.get(`/api/v1/contacts/${contactId}`)).status).toBe(404);
    expect((await client.get(`/api/v1/conversations/${conversationId}`)).status).toBe(404);
  });

  describe('who has taken over a number that they had written from before', () => {
    const identityChange = (): InboundEvent => ({
      type: 'identity_change',
      account: account(),
      previous: { kind: 'phone', address: `${phone}1` },
      current: { kind: 'phone', address: phone },
      at: new Date(),
    });
    beforeEach(async () => {
      await ingest([message('from the new number', { name: 'Ana Velha' })]);
      await ingest([message('from the old number', { from: `${phone}1`, name: 'Ana Nova' })]);
    });

    // Seen failing with lockConversations looking at the contact's own only.
    it('takes along the conversation that stayed with whom they were', async () => {
      await ingest([identityChange()]);

      await erase();

      expect(await left()).toEqual([]);
      expect(await rowsWith(testApp.database.owner, ['Ana Velha', 'Ana Nova'])).toEqual([]);
      expect(await contactIds()).toEqual([]);
    });

    // Seen failing with removeContacts looking at the locked contacts only.
    it('takes along whom they were, of whom nothing but a name is left', async () => {
      await testApp.database.owner.query(
        'update conversations set is_active = false where user_id = $1 and customer_phone = $2',
        [tenant.userId, `${phone}1`],
      );
      await ingest([identityChange()]);

      await erase();

      expect(await left()).toEqual([]);
      expect(await rowsWith(testApp.database.owner, ['Ana Velha', 'Ana Nova'])).toEqual([]);
      expect(await contactIds()).toEqual([]);
    });
  });

  // Seen failing with forgetUnhandled taken out of forgetEverywhere.
  it('takes events along that nobody could make sense of, of this business or of none', async () => {
    const payload = { entry: [{ from: phone, text: 'what I said' }] };
    await ingest([
      message('hello'),
      { type: 'unknown', platform: 'whatsapp', reason: 'nobody knows', payload },
      {
        type: 'unknown',
        platform: 'whatsapp',
        reason: 'nobody knows',
        payload: { id: `${phone}9` },
      },
      { type: 'call', account: account(), providerCallId: 'c', payload },
    ]);
    await testApp.database.owner.query(
      `insert into unhandled_events (platform, kind, reason, payload)
       values ('whatsapp', 'message', 'could not be stored (SQLSTATE 22P05)', $1)`,
      [{ base64Json: Buffer.from(JSON.stringify(payload)).toString('base64') }],
    );
    const counted = 'select count(*)::int as n from unhandled_events';
    const before = await testApp.database.owner.query(counted);

    await erase();

    const after = await testApp.database.owner.query(counted);
    expect(before.rows[0].n - after.rows[0].n).toBe(3);
    expect(await rowsWith(testApp.database.owner, [`${phone}9`])).toHaveLength(1);
  });

  it('takes along what they uploaded and sent with no message', async () => {
    const { owner } = testApp.database;
    await ingest([message('hello')]);
    await owner.query(
      `insert into attachments (attachment_id, user_id, kind, status, uploaded_by, storage_key,
                                thumbnail_key, next_attempt_at)
       values ('att_' || $1, $1, 'image', 'stored', $2, $1 || '/of', $1 || '/of-small', null),
              ('att_t' || $1, $1, 'image', 'stored', 'tenant', $1 || '/ours', null, null)`,
      [tenant.userId, phone],
    );

    await erase();

    const { rows } = await owner.query(
      `select storage_key as key from media_deletions where user_id = $1 order by 1`,
      [tenant.userId],
    );
    expect(rows.map(({ key }) => key)).toEqual(
      expect.arrayContaining([`${tenant.userId}/of`, `${tenant.userId}/of-small`]),
    );
    expect(rows.map(({ key }) => key)).not.toContain(`${tenant.userId}/ours`);
    expect(await left()).toEqual([]);
  });

  it('holds while webhooks of the same person come', async () => {
    const told = { type: 'status' as const, account: account(), status: 'read' as const };
    for (let round = 1; round <= 15; round += 1) {
      await ingest([message('before', { name: `Ana ${round}` })]);
      const [contactId] = await contactIds();
      const [answer] = await Promise.all([
        client.delete(`/api/v1/contacts/${contactId}`),
        ...['one', 'two', 'three'].map((text) =>
          ingest([
            message(text, { name: `Ana ${round} ${text}` }),
            { ...told, providerMessageId: `wamid.${ids}`, at: new Date() },
          ]),
        ),
      ]);
      expect(answer?.status).toBe(204);
      for (const again of await contactIds()) await client.delete(`/api/v1/contacts/${again}`);
    }

    expect(await left()).toEqual([]);
    const { rows } = await testApp.database.owner.query(
      `select reason from unhandled_events where reason like 'could not be stored%' and user_id is null`,
    );
    expect(rows.filter(({ reason }) => !reason.includes('22P05'))).toEqual([]);
  }, 60_000);

  // Seen failing with the lease of a digest left alone in forgetNotifications.
  it('takes back a digest that is being sent', async () => {
    const { owner } = testApp.database;
    await ingest([message('hello')]);
    const { body } = await client.get('/api/v1/conversations');
    await owner.query(
      `insert into notification_targets
         (notification_target_id, user_id, kind, address, address_shown, rules)
       values ($1 || '_t', $1, 'slack', 'x', 'x', '[]')`,
      [tenant.userId],
    );
    await owner.query(
      `insert into notifications
         (notification_id, user_id, notification_target_id, conversation_id, kind, status, content,
          digest_id, attempts, next_attempt_at, lease_until)
       values ($1 || '_d', $1, $1 || '_t', null, 'digest', 'pending', 'null', null, 1, now(), now() + interval '1 hour'),
              ($1 || '_i', $1, $1 || '_t', $2, 'event', 'in_digest', '{}', $1 || '_d', 0, null, null)`,
      [tenant.userId, body.data[0].conversationId],
    );

    await erase();

    const { rows } = await owner.query(
      'select notification_id as id, lease_until from notifications where user_id = $1',
      [tenant.userId],
    );
    expect(rows).toEqual([{ id: `${tenant.userId}_d`, lease_until: null }]);
  });
});

describe('what was on its way to somebody who was erased', () => {
  beforeEach(async () => {
    await ingest([message('hello')]);
    await erase();
  });

  // Seen failing with readErasedFacts answering nothing.
  it('is not stored, though it comes later', async () => {
    const about = { account: account(), targetProviderMessageId: 'wamid.gone', sentAt: seconds(5) };
    const customer: Customer = { addresses: [{ kind: 'phone', address: phone }] };
    await ingest([
      message('said before', { sentAt: seconds(-5) }),
      { ...about, type: 'reaction', providerMessageId: 'wamid.r', from: customer, emoji: '👍' },
      { ...about, type: 'revoke', providerMessageId: 'wamid.v', from: customer },
      {
        type: 'echo',
        account: account(),
        providerMessageId: 'wamid.e',
        to: customer,
        content: { type: 'text', text: 'written before', details: {}, media: [] },
        sentAt: seconds(-5),
      },
    ]);

    expect(await left()).toEqual([]);
    expect(await contactIds()).toEqual([]);
  });

  // Seen failing with freeId answering the id as it came: their next turn could not be charged.
  it('gives no other conversation the id of one of theirs', async () => {
    const { rows } = await testApp.database.owner.query(
      'select conversation_id as id from erased_conversations where user_id = $1',
      [tenant.userId],
    );
    await ingest([{ ...message('after', { sentAt: seconds(2) }), newConversationId: rows[0].id }]);

    const { body } = await client.get('/api/v1/conversations');
    expect(body.data).toHaveLength(1);
    expect(body.data[0].conversationId).not.toBe(rows[0].id);
  });

  it('does not keep them from writing again', async () => {
    await ingest([message('said after', { sentAt: seconds(2) })]);

    expect(await contactIds()).toHaveLength(1);
  });
});

describe('a conversation of 10,000 messages', () => {
  it('is erased in one go', async () => {
    const { owner } = testApp.database;
    await ingest([message('hello')]);
    await owner.query(
      `with said as (
         insert into messages (message_id, user_id, conversation_id, sequence_no, sender, author,
                               type, text, status, platform_message_id)
         select 'msg_' || user_id || n, user_id, conversation_id, n + 1,
                case n % 2 when 0 then 'user' else 'agent' end,
                case n % 2 when 0 then 'customer' else 'ai' end, 'text', 'text ' || n, 'sent',
                'wamid.many.' || user_id || n
           from conversations cross join generate_series(1, 10000) n
          where user_id = $1
         returning message_id, user_id, conversation_id, platform_message_id
       ), delivery as (
         insert into message_delivery_status (message_id, user_id, conversation_id, platform_message_id, status)
         select message_id, user_id, conversation_id, platform_message_id, 'read' from said
       ), told as (
         insert into delivery_events (user_id, message_id, platform_message_id, status, provider_timestamp)
         select user_id, message_id, platform_message_id, s, now()
           from said cross join unnest(array['sent', 'delivered', 'read']) s
       )
       insert into attachments (attachment_id, user_id, message_id, position, kind, storage_key, status, next_attempt_at)
       select 'att_' || message_id, user_id, message_id, 0, 'image', user_id || '/' || message_id, 'stored', null
         from said`,
      [tenant.userId],
    );
    const startedAt = performance.now();

    await erase();

    const tookMs = performance.now() - startedAt;
    const { rows } = await owner.query('select messages, files from erasures where user_id = $1', [
      tenant.userId,
    ]);
    expect(rows).toEqual([{ messages: 10_001, files: 10_000 }]);
    expect(tookMs).toBeLessThan(10_000);
  }, 60_000);
});
