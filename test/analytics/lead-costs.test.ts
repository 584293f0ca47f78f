import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { costRoutes } from '../../src/analytics/cost-routes.ts';
import { newId } from '../../src/lib/ids.ts';
import { serveLeads } from '../leads/serve-leads.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { arrangeConversation } from '../support/arrange-conversation.ts';
import { arrangeLead } from '../support/arrange-lead.ts';
import { type Client, clientOf, keyOf, serveRoutes } from '../support/serve-routes.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let tenant: Tenant;
let client: Client;

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  tenant = await arrangeTenant(database.owner);
  client = await serveCosts(tenant);
});
afterAll(() => database.drop());

async function serveCosts(of: Tenant): Promise<Client> {
  const routes = costRoutes({
    app: database.pool('rapport_app'),
    now: () => new Date('2026-11-21T00:00:00Z'),
  });
  const app = serveRoutes(database.pool('rapport_admin'), routes);
  return clientOf(app, await keyOf(database.owner, of.userId));
}

/** A conversation that began in the period unless it says otherwise. */
async function began(
  options: { createdAt?: string; referral?: object; tag?: 'Hot' | 'Cold' } = {},
): Promise<string> {
  const conversationId = await arrangeConversation(database.owner, tenant);
  await database.owner.query(
    'update conversations set created_at = $2, referral = $3 where conversation_id = $1',
    [conversationId, options.createdAt ?? '2026-11-15T00:00:00Z', options.referral ?? null],
  );
  if (options.tag) await arrangeLead(database.owner, tenant, { conversationId, tag: options.tag });
  return conversationId;
}

/** A million tokens in, of which 400,000 cached, and 100,000 out, unless it says otherwise. */
async function use(conversationId: string, model: string, purpose = 'reply'): Promise<void> {
  await database.owner.query(
    `insert into model_usage
       (model_usage_id, user_id, conversation_id, purpose, model, input_tokens, cached_input_tokens, output_tokens)
     values ($1, $2, $3, $4, $5, 1000000, 400000, 100000)`,
    [newId('use'), tenant.userId, conversationId, purpose, model],
  );
}

async function charge(conversationId: string, credits: number): Promise<void> {
  await database.owner.query(
    `insert into credit_transactions (credit_transaction_id, user_id, credits, kind, reason, conversation_id)
     values ($1::text, $2, $3, 'reply', $1, $4)`,
    [newId('crt'), tenant.userId, -credits, conversationId],
  );
}

describe('GET /costs/leads', () => {
  it('counts as one would by hand', async () => {
    const hot = await began({ tag: 'Hot' });
    const cold = await began({ tag: 'Cold' });
    const nobody = await began();
    // gpt-5.2: 0.6 x 1.75 + 0.4 x 0.175 + 0.1 x 14 = 2.52; luna: 0.6 x 0.2 + 0.4 x 0.02 + 0.1 x 1.2 = 0.248.
    await use(hot, 'gpt-5.2');
    await use(hot, 'gpt-5.6-luna', 'extraction');
    await use(cold, 'gpt-5.6-luna');
    await use(nobody, 'gpt-5.6-luna');
    await use(cold, 'model-of-nobody');
    await charge(hot, 5);
    await charge(hot, 2);
    await charge(cold, 1);

    const { body } = await client.get('/costs/leads').expect(200);

    expect(body).toMatchObject({
      from: '2026-10-22T00:00:00.000Z',
      to: '2026-11-21T00:00:00.000Z',
      by: 'agent',
      total: {
        conversations: 3,
        leads: 2,
        hotLeads: 1,
        bookings: 0,
        modelUsd: 3.264,
        modelUsdByPurpose: { reply: 3.016, extraction: 0.248 },
        unknownTokens: 1_100_000,
        credits: 8,
        modelUsdPer: { lead: 1.632, hotLead: 3.264, booking: null },
        creditsPer: { lead: 4, hotLead: 8, booking: null },
      },
      groups: [{ key: tenant.agentId, name: 'Agent', conversations: 3, modelUsd: 3.264 }],
    });
  });

  it('tells agents, channels and ads apart; who came from no ad is a group too', async () => {
    const ad = { source_id: '120100', headline: 'Spring offer', ctwa_clid: 'click-1' };
    const first = await began({ referral: ad, tag: 'Hot' });
    const second = await began({ referral: { ...ad, ctwa_clid: 'click-2' } });
    await began({ referral: { ctwa_clid: 'click-3' } });
    const none = await began();
    for (const one of [first, second]) await use(one, 'gpt-5.2');
    await use(none, 'gpt-5.6-luna');
    await charge(second, 4);

    const { body } = await client.get('/costs/leads?by=ad').expect(200);
    const { body: channels } = await client.get('/costs/leads?by=channel');

    const groups = new Map(body.groups.map((group: { key: string | null }) => [group.key, group]));
    expect(groups.size).toBe(3);
    expect(groups.get('120100')).toMatchObject({
      name: 'Spring offer',
      conversations: 2,
      leads: 1,
      modelUsd: 5.04,
      credits: 4,
      modelUsdPer: { lead: 5.04 },
    });
    expect(groups.get('click-3')).toMatchObject({ conversations: 1, modelUsd: 0, credits: 0 });
    expect(groups.get(null)).toMatchObject({
      name: null,
      modelUsd: 0.248,
      modelUsdPer: { lead: null, hotLead: null, booking: null },
    });
    expect(body.total).toMatchObject({ conversations: 4, modelUsd: 5.288, credits: 4 });
    expect(channels.groups).toMatchObject([{ key: 'whatsapp', conversations: 4 }]);
  });

  it('goes by when a conversation began, first moment included, last one not', async () => {
    await began({ createdAt: '2026-11-01T00:00:00Z' });
    await began({ createdAt: '2026-11-02T00:00:00Z' });
    const count = async (query: string) =>
      (await client.get(`/costs/leads?${query}`)).body.total.conversations;

    expect(await count('from=2026-11-01&to=2026-11-02')).toBe(1);
    expect(await count('from=2026-11-01&to=2026-11-02T00:00:00.001Z')).toBe(2);
    expect(await count('from=2026-11-03')).toBe(0);
  });

  it('answers zeros and nulls to one who has nothing', async () => {
    const { body } = await client.get('/costs/leads').expect(200);

    expect(body.total).toMatchObject({
      conversations: 0,
      modelUsd: 0,
      modelUsdPer: { lead: null },
    });
    expect(body.groups).toEqual([]);
  });

  it('has nothing of another tenant', async () => {
    const others = await began({ tag: 'Hot' });
    await use(others, 'gpt-5.2');
    const stranger = await serveCosts(await arrangeTenant(database.owner));

    expect((await stranger.get('/costs/leads')).body.total).toMatchObject({
      conversations: 0,
      modelUsd: 0,
    });
  });

  it.each(['by=charm', 'from=2026-11-02&to=2026-11-02', 'from=2025-01-01&to=2026-11-01', 'x=1'])(
    'refuses ?%s',
    async (query) => {
      expect((await client.get(`/costs/leads?${query}`)).status).toBe(400);
    },
  );
});

describe('GET /leads/:conversationId', () => {
  it('shows what the lead has cost; tokens without a price are no nought', async () => {
    const lead = await began({ tag: 'Hot' });
    const other = await began({ tag: 'Hot' });
    await use(lead, 'gpt-5.2');
    await use(lead, 'gpt-5.6-luna', 'extraction');
    await use(lead, 'model-of-nobody');
    await use(other, 'gpt-5.2');
    await charge(lead, 3);
    await charge(lead, 4);

    const leads = await serveLeads(database, tenant);
    const { body } = await leads.get(`/leads/${lead}`).expect(200);

    expect(body.cost).toEqual({ modelUsd: 2.768, unknownTokens: 1_100_000, credits: 7 });
  });
});
