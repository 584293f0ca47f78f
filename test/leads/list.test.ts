import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { arrangeConversation } from '../support/arrange-conversation.ts';
import { arrangeLead } from '../support/arrange-lead.ts';
import { arrangeSecondNumber } from '../support/arrange-second-number.ts';
import type { Client } from '../support/serve-routes.ts';
import type { TestDatabase } from '../support/test-database.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { serveLeads } from './serve-leads.ts';

let database: TestDatabase;
let tenant: Tenant;
let client: Client;

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  tenant = await arrangeTenant(database.owner);
  client = await serveLeads(database, tenant);
});
afterAll(() => database.drop());

/** Asks for every page and answers the ids in the order in which they came. */
async function readAll(
  query: string,
  between: (page: number) => Promise<unknown> = async () => {},
) {
  const ids: string[] = [];
  let cursor = '';
  for (let page = 0; page < 50; page += 1) {
    const { body } = await client.get(`/leads?${query}${cursor}`).expect(200);
    ids.push(...body.data.map(({ conversationId }: { conversationId: string }) => conversationId));
    if (body.nextCursor === null) return ids;
    cursor = `&cursor=${body.nextCursor}`;
    await between(page);
  }
  throw new Error('pages without end');
}

const lead = (options: Parameters<typeof arrangeLead>[2] = {}) =>
  arrangeLead(database.owner, tenant, options);
const idOf = async (options: Parameters<typeof arrangeLead>[2]) =>
  (await lead(options)).conversationId;

describe('GET /leads', () => {
  it('shows a lead with its conversation and its agent', async () => {
    const { conversationId, extractionId } = await lead({
      name: 'Ana',
      totalScore: 13,
      tag: 'Hot',
    });

    const { body } = await client.get('/leads').expect(200);

    expect(body).toMatchObject({
      data: [
        {
          conversationId,
          extractionId,
          userId: tenant.userId,
          agentId: tenant.agentId,
          agentName: 'Agent',
          name: 'Ana',
          totalScore: 13,
          leadStatusTag: 'Hot',
          handledBy: 'ai',
          isRead: false,
          reasoning: { intent: { score: 1, level: 'Unknown', evidence: [], missing: null } },
          extractedAt: expect.stringMatching(/Z$/),
          lastMessageAt: expect.stringMatching(/Z$/),
          replyWindowEndsAt: expect.stringMatching(/Z$/),
        },
      ],
      nextCursor: null,
    });
    expect(body.data[0]).not.toHaveProperty('searchText');
  });

  it('has each conversation once, as it was read last', async () => {
    const { conversationId } = await lead({ name: 'Before', isLatest: false });
    await lead({ conversationId, name: 'Now' });

    const { body } = await client.get('/leads');

    expect(body.data.map(({ name }: { name: string }) => name)).toEqual(['Now']);
  });

  it('sorts by score and, among equals, by time; or by time alone', async () => {
    const old = await idOf({ totalScore: 9, extractedAt: '2026-11-01T00:00:00Z' });
    const best = await idOf({ totalScore: 15, extractedAt: '2026-11-02T00:00:00Z' });
    const newer = await idOf({ totalScore: 9, extractedAt: '2026-11-03T00:00:00Z' });

    expect(await readAll('limit=10')).toEqual([best, newer, old]);
    expect(await readAll('sort=recent')).toEqual([newer, best, old]);
  });

  // Seen failing with the conversation's id taken out of the cursor's comparison.
  it.each(['score', 'recent'])('has all of a tie once, page by page, by %s', async (sort) => {
    for (const extractedAt of ['2026-11-01T00:00:00.000001Z', '2026-11-01T00:00:00.000002Z']) {
      for (let n = 0; n < 4; n += 1) await lead({ extractedAt, totalScore: 8 });
    }

    const paged = await readAll(`sort=${sort}&limit=1`);

    expect(paged).toEqual(await readAll(`sort=${sort}&limit=50`));
    expect(new Set(paged).size).toBe(8);
  });

  it('goes on where it was though the last of a page is gone meanwhile', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 6; n += 1)
      ids.unshift(await idOf({ extractedAt: `2026-11-0${n + 1}T00:00:00Z` }));

    const paged = await readAll('sort=recent&limit=2', (page) =>
      database.owner.query('delete from extractions where conversation_id = $1', [
        ids[page * 2 + 1],
      ]),
    );

    expect(paged).toEqual(ids);
  });

  it('shows a new lead at the top and not in the middle of the pages', async () => {
    for (let n = 0; n < 4; n += 1) await lead({ extractedAt: `2026-11-0${n + 1}T00:00:00Z` });

    const paged = await readAll('sort=recent&limit=2', () => lead());

    expect(paged).toHaveLength(4);
    expect(new Set(paged).size).toBe(4);
  });

  it('keeps to the tag, the channel, the agent, the days and whether it was read', async () => {
    await arrangeSecondNumber(database.owner, tenant);
    const { rows } = await database.owner.query(
      `select agent_id as "agentId" from agents where user_id = $1 and name = 'Second'`,
      [tenant.userId],
    );
    const second = { ...tenant, agentId: rows[0].agentId };
    const hot = await idOf({ tag: 'Hot', totalScore: 14, extractedAt: '2026-11-05T12:00:00Z' });
    const instagram = await idOf({ platform: 'instagram', extractedAt: '2026-11-04T00:00:00Z' });
    const others = await idOf({
      conversationId: await arrangeConversation(database.owner, second),
      extractedAt: '2026-11-03T00:00:00Z',
    });
    const read = await idOf({ isRead: true, extractedAt: '2026-11-02T00:00:00Z' });

    expect(await readAll('tag=Hot')).toEqual([hot]);
    expect(await readAll('channel=instagram')).toEqual([instagram]);
    expect(await readAll(`agentId=${second.agentId}`)).toEqual([others]);
    expect(await readAll('isRead=true')).toEqual([read]);
    expect(await readAll('isRead=false&sort=recent')).toEqual([hot, instagram, others]);
    expect(await readAll('from=2026-11-05')).toEqual([hot]);
    expect(await readAll('to=2026-11-02T00:00:00.001Z')).toEqual([read]);
    expect(await readAll('from=2026-11-03&to=2026-11-05&sort=recent')).toEqual([instagram, others]);
    expect(await readAll('tag=Hot&isRead=true')).toEqual([]);
  });

  it.each([
    'limit=0',
    'limit=201',
    'cursor=bm9uZQ',
    'cursor=WzEsMl0',
    'sort=charm',
    'tag=hot',
    'agentId=%00',
    'from=yesterday',
    'to=2026-02-30',
    'isRead=maybe',
    `q=${'x'.repeat(10_000)}`,
    'colour=red',
  ])('refuses ?%s and names the field', async (query) => {
    const { status, body } = await client.get(`/leads?${query}`);

    expect([status, body.errors?.[0]]).toMatchObject([
      400,
      { in: 'query', field: query.split('=')[0] },
    ]);
  });
});

describe('GET /leads of another tenant', () => {
  it('shows nothing, also to one who searches', async () => {
    await lead({ name: 'Secret' });
    const other = await serveLeads(database, await arrangeTenant(database.owner));

    expect((await other.get('/leads')).body.data).toEqual([]);
    expect((await other.get('/leads?q=secret')).body.data).toEqual([]);
    expect((await other.get('/leads?q=se')).body.data).toEqual([]);
    expect((await other.get('/leads/export.csv')).text).not.toContain('Secret');
  });

  // Seen failing with `user_id = any (…)` taken out of the view.
  it('shows nothing to a connection that acts for nobody, in the view as in the table', async () => {
    await lead();
    const app = database.pool('rapport_app');

    expect((await app.query('select * from leads')).rows).toEqual([]);
    expect((await app.query('select * from extractions')).rows).toEqual([]);
  });
});
