import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/lib/ids.ts';
import { serveLeads } from '../leads/serve-leads.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { arrangeConversation } from '../support/arrange-conversation.ts';
import { arrangeLead } from '../support/arrange-lead.ts';
import type { Client } from '../support/serve-routes.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let tenant: Tenant;
let client: Client;
let conversationId: string;

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  tenant = await arrangeTenant(database.owner);
  client = await serveLeads(database, tenant);
  conversationId = await arrangeConversation(database.owner, tenant, {
    authors: ['customer', 'ai', 'customer', 'ai', 'customer'],
  });
  await setClocks(['10:00:00', '10:00:05', '10:01:00', '10:01:05', '10:02:00']);
  // Ids that fall while the numbers rise: an order by ids would show.
  await run(
    `update messages set message_id = 'msg_' || 9 - sequence_no || conversation_id where conversation_id = $1`,
    [conversationId],
  );
});
afterAll(() => database.drop());

const at = (time: string): string => `2026-11-20T${time}Z`;
const run = (text: string, values: unknown[]) => database.owner.query(text, values);

/** Gives the messages these times, in the order of their numbers. */
async function setClocks(times: string[]): Promise<void> {
  for (const [index, time] of times.entries()) {
    await run(
      `update messages set "timestamp" = $3 where conversation_id = $1 and sequence_no = $2`,
      [conversationId, index + 1, at(time)],
    );
  }
}

type Item = { kind: string; id: string; at: string; sequenceNo?: number } & Record<string, unknown>;

async function timeline(query = ''): Promise<Item[]> {
  const { body } = await client.get(`/leads/${conversationId}/timeline?${query}`).expect(200);
  return body.data;
}

async function allPages(query: string): Promise<Item[]> {
  const items: Item[] = [];
  let cursor = '';
  for (let page = 0; page < 100; page += 1) {
    const path = `/leads/${conversationId}/timeline?${query}${cursor}`;
    const { body } = await client.get(path).expect(200);
    items.push(...body.data);
    if (body.nextCursor === null) return items;
    cursor = `&cursor=${body.nextCursor}`;
  }
  throw new Error('pages without end');
}

const numbers = (items: Item[]) =>
  items.filter(({ kind }) => kind === 'message').map(({ sequenceNo }) => sequenceNo);

async function click(time: string, isCounted = true): Promise<void> {
  const link = await run(
    `insert into tracked_links (tracked_link_id, user_id, conversation_id, purpose, token, target_url)
     values ($1::text, $2, $3, 'pricing', $1, 'https://example.com/prices')
     on conflict (conversation_id, purpose) do update set target_url = excluded.target_url
     returning tracked_link_id as id`,
    [newId('lnk'), tenant.userId, conversationId],
  );
  await run(
    `insert into link_clicks
       (link_click_id, user_id, tracked_link_id, conversation_id, purpose, kind, is_counted, because, clicked_at)
     values ($1, $2, $3, $4, 'pricing', 'link', $5, $6, $7)`,
    [
      newId('clk'),
      tenant.userId,
      link.rows[0].id,
      conversationId,
      isCounted,
      isCounted ? null : 'preview',
      at(time),
    ],
  );
}

async function charge(time: string, credits: number): Promise<void> {
  await run(
    `insert into credit_transactions
       (credit_transaction_id, user_id, credits, kind, reason, conversation_id, created_at)
     values ($1::text, $2, $3, 'reply', $1, $4, $5)`,
    [newId('crt'), tenant.userId, -credits, conversationId, at(time)],
  );
}

async function use(time: string, model: string): Promise<void> {
  await run(
    `insert into model_usage
       (model_usage_id, user_id, conversation_id, purpose, model, input_tokens, cached_input_tokens,
        output_tokens, created_at)
     values ($1, $2, $3, 'reply', $4, 1000, 500, 200, $5)`,
    [newId('use'), tenant.userId, conversationId, model, at(time)],
  );
}

async function notify(time: string): Promise<void> {
  const target = newId('tgt');
  await run(
    `insert into notification_targets
       (notification_target_id, user_id, kind, name, address, address_shown, rules)
     values ($1, $2, 'slack', 'Sales', 'ciphertext', 'hooks.slack.com/…', '[]')`,
    [target, tenant.userId],
  );
  await run(
    `insert into notifications
       (notification_id, user_id, notification_target_id, conversation_id, kind, status, content, created_at)
     values ($1, $2, $3, $4, 'event', 'sent', '{"because": "Turned Hot"}', $5)`,
    [newId('ntf'), tenant.userId, target, conversationId, at(time)],
  );
}

describe('GET /leads/:conversationId/timeline', () => {
  it('has everything that happened in one order', async () => {
    await click('10:00:30');
    await click('10:00:31', false);
    await charge('10:00:05', 3);
    await use('10:00:05.001', 'gpt-5.2');
    await use('10:01:06', 'model-of-nobody');
    await arrangeLead(database.owner, tenant, {
      conversationId,
      totalScore: 13,
      tag: 'Hot',
      extractedAt: at('10:03:00'),
      changes: { leadStatusTag: { from: null, to: 'Hot' } },
    });
    await notify('10:03:01');

    const items = await timeline();

    expect(items.map(({ kind, sequenceNo }) => sequenceNo ?? kind)).toEqual([
      1,
      2,
      'credit',
      'usage',
      'click',
      3,
      4,
      'usage',
      5,
      'score',
      'notification',
    ]);
    const of = (kind: string) => items.filter((item) => item.kind === kind);
    expect(of('message')[1]).toMatchObject({ author: 'ai', text: 'text 2', deliveryStatus: null });
    expect(of('credit')).toMatchObject([
      { credits: -3, reason: 'reply', at: '2026-11-20T10:00:05.000Z' },
    ]);
    expect(of('click')).toMatchObject([
      { purpose: 'pricing', via: 'link', targetUrl: 'https://example.com/prices' },
    ]);
    // 500 x 1.75 + 500 x 0.175 + 200 x 14 dollars for a million.
    expect(of('usage').map(({ usd }) => usd)).toEqual([0.0037625, null]);
    expect(of('score')).toMatchObject([
      {
        totalScore: 13,
        leadStatusTag: 'Hot',
        reasoning: { intent: { score: 1, level: 'Unknown', evidence: [] } },
        changes: { leadStatusTag: { from: null, to: 'Hot' } },
        model: 'test-model',
        promptVersion: 'v1',
      },
    ]);
    expect(of('notification')).toMatchObject([
      { because: 'Turned Hot', status: 'sent', targetKind: 'slack', target: 'Sales' },
    ]);
    expect(JSON.stringify(items)).not.toContain('ciphertext');
  });

  // Seen failing with the message's own time in place of the latest up to it, and with position out of the order.
  it.each([
    ['equal', Array(5).fill('10:00:00')],
    ['reversed', ['10:05:00', '10:04:00', '10:03:00', '10:02:00', '10:01:00']],
    ['one that jumped', ['10:00:00', '11:00:00', '10:01:00', '10:02:00', '12:00:00']],
  ])('keeps messages in the order of their numbers with %s clocks', async (_, times) => {
    await setClocks(times);
    await charge('10:00:00', 1);
    await use('10:03:30', 'gpt-5.2');
    await click('11:30:00');

    const items = await timeline();
    const paged = await allPages('limit=1');
    const backwards = await allPages('limit=2&order=newest');

    expect(numbers(items)).toEqual([1, 2, 3, 4, 5]);
    expect(paged).toEqual(items);
    expect(backwards.reverse()).toEqual(items);
    const moments = items.map((item) => item.at);
    expect(moments).toEqual([...moments].sort());
  });

  it('shows when a message says it came, also where another clock put it', async () => {
    await setClocks(['10:05:00', '10:04:00', '10:04:00', '10:04:00', '10:04:00']);

    const [, second] = await timeline();

    expect(second).toMatchObject({
      sequenceNo: 2,
      at: '2026-11-20T10:05:00.000Z',
      timestamp: '2026-11-20T10:04:00.000Z',
    });
  });

  it('goes on where it was though something happened meanwhile, from either end', async () => {
    const { body: first } = await client.get(`/leads/${conversationId}/timeline?limit=3`);
    await click('10:30:00');
    const rest = await timeline(`limit=50&cursor=${first.nextCursor}`);

    expect([...numbers(first.data), ...numbers(rest)]).toEqual([1, 2, 3, 4, 5]);
    expect(rest.at(-1)?.kind).toBe('click');
  });

  it('has nothing of another conversation, and nothing at all of another tenant', async () => {
    const own = await timeline();
    const other = await arrangeConversation(database.owner, tenant, { authors: ['customer'] });
    await arrangeLead(database.owner, tenant, { conversationId: other });
    const stranger = await serveLeads(database, await arrangeTenant(database.owner));

    expect(await timeline()).toEqual(own);
    await stranger.get(`/leads/${conversationId}/timeline`).expect(404);
  });

  it('is there before anybody has read the conversation as a lead', async () => {
    expect(numbers(await timeline())).toEqual([1, 2, 3, 4, 5]);
  });

  it.each(['limit=0', 'cursor=WzEsMl0', 'order=up', 'kind=message'])(
    'refuses ?%s',
    async (query) => {
      const { status } = await client.get(`/leads/${conversationId}/timeline?${query}`);

      expect(status).toBe(400);
    },
  );
});
