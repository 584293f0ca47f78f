import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LeadState } from '../../src/leads/lead-state.ts';
import { lockLead, storeLead } from '../../src/leads/store-lead.ts';
import { newId } from '../../src/lib/ids.ts';
import { asTenant } from '../../src/lib/tenant.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { arrangeConversation } from '../support/arrange-conversation.ts';
import { arrangeLead } from '../support/arrange-lead.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { serveLeads } from './serve-leads.ts';

let database: TestDatabase;
let tenant: Tenant;
let client: Awaited<ReturnType<typeof serveLeads>>;
let conversationId: string;
let path: string;

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  tenant = await arrangeTenant(database.owner);
  client = await serveLeads(database, tenant);
  ({ conversationId } = await arrangeLead(database.owner, tenant, {
    name: 'Read Name',
    email: 'read@example.com',
  }));
  path = `/leads/${conversationId}`;
});
afterAll(() => database.drop());

const change = async (body: object) => (await client.patch(path).send(body).expect(200)).body;

/** The next reading of the conversation, as the worker stores it. */
async function readAgain(understood: Partial<LeadState>): Promise<void> {
  const ref = { userId: tenant.userId, conversationId };
  await asTenant(database.pool('rapport_app'), tenant.userId, async (tx) => {
    const latest = await lockLead(tx, ref);
    if (latest === undefined) throw new Error('there is a lead');
    await storeLead(
      tx,
      {
        ...ref,
        ...latest,
        extractionId: newId('ext'),
        source: 'model',
        understood: { ...latest.understood, ...understood },
        scoring: {
          weights: { intent: 1, urgency: 1, budget: 1, fit: 1, engagement: 1 },
          thresholds: { hotFrom: 12, warmFrom: 8 },
        },
        costUsd: null,
      },
      latest,
    );
  });
}

describe('PATCH /leads/:conversationId', () => {
  it('sets every value that a person may set, and counts the score anew', async () => {
    const lead = await change({
      name: ' Ana Lima ',
      email: 'ana@example.com',
      phone: '+351 912 345 678',
      company: 'Lima Lda',
      intent: 'Wants ten machines',
      notes: 'Met her at the fair',
      intentScore: 3,
      urgencyScore: 3,
      budgetScore: 3,
      fitScore: 2,
      engagementScore: 3,
      demoBookDatetime: '2026-12-01T15:00:00+01:00',
    });

    expect(lead).toMatchObject({
      source: 'person',
      name: 'Ana Lima',
      email: 'ana@example.com',
      phone: '+351 912 345 678',
      company: 'Lima Lda',
      intent: 'Wants ten machines',
      notes: 'Met her at the fair',
      intentLevel: 'High',
      budgetConstraint: 'No',
      fitAlignment: 'Medium',
      totalScore: 14,
      leadStatusTag: 'Hot',
      demoBookDatetime: '2026-12-01T14:00:00.000Z',
      isRead: false,
      setByHand: { name: { value: 'Ana Lima', setAt: '2026-11-21T12:00:00.000Z' } },
      changes: {
        name: { from: 'Read Name', to: 'Ana Lima' },
        leadStatusTag: { from: 'Cold', to: 'Hot' },
      },
    });
    expect((await client.get('/leads?q=lima&tag=Hot')).body.data).toHaveLength(1);
  });

  // Seen failing with `setByHand` of the next reading empty: the person's word was gone.
  it('is not overwritten by later readings, which change all the rest', async () => {
    await change({ name: 'Ana', leadStatusTag: 'Hot', urgencyScore: 3 });

    await readAgain({ name: 'Somebody Else', company: 'Lima Lda' });
    await readAgain({ email: 'new@example.com' });

    expect((await client.get(path)).body).toMatchObject({
      source: 'model',
      name: 'Ana',
      leadStatusTag: 'Hot',
      urgencyScore: 3,
      company: 'Lima Lda',
      email: 'new@example.com',
    });
  });

  it('shows what was understood again when the word is taken back with null', async () => {
    await change({ name: 'Ana', leadStatusTag: 'Hot' });
    await readAgain({ name: 'Understood Meanwhile' });

    const lead = await change({ name: null, leadStatusTag: null });

    expect(lead).toMatchObject({
      name: 'Understood Meanwhile',
      leadStatusTag: 'Cold',
      setByHand: {},
    });
    await readAgain({ name: 'Understood Later' });
    expect((await client.get(path)).body.name).toBe('Understood Later');
  });

  it('takes an empty text for: there is none, whatever is read', async () => {
    await change({ email: '' });
    await readAgain({ email: 'wrong@example.com' });

    expect((await client.get(path)).body).toMatchObject({
      email: null,
      setByHand: { email: { value: '' } },
    });
  });

  it('stores no new row for the word that stands already', async () => {
    const first = await change({ name: 'Ana' });
    const second = await change({ name: 'Ana' });
    const third = await change({ company: null });

    expect([second.extractionId, third.extractionId]).toEqual(Array(2).fill(first.extractionId));
    expect(client.jobs).toHaveLength(1);
  });

  it('tells the team of a tag that a person set, once', async () => {
    await change({ leadStatusTag: 'Hot' });

    expect(client.jobs).toEqual([
      { name: 'leads.tell', payload: { items: [{ userId: tenant.userId, conversationId }] } },
    ]);
    const { rows } = await database.owner.query(
      'select kind, details from lead_events where conversation_id = $1',
      [conversationId],
    );
    expect(rows).toMatchObject([{ kind: 'tag', details: { from: 'Cold', to: 'Hot' } }]);
  });

  it('makes a lead of a conversation that nobody has read yet', async () => {
    conversationId = await arrangeConversation(database.owner, tenant, { authors: ['customer'] });
    path = `/leads/${conversationId}`;
    await client.get(path).expect(404);

    const lead = await change({ name: 'Ana' });

    expect(lead).toMatchObject({
      name: 'Ana',
      source: 'person',
      totalScore: 5,
      leadStatusTag: 'Cold',
      model: null,
      isRead: true,
    });
    await readAgain({ name: 'Other', company: 'Lima' });
    expect((await client.get(path)).body).toMatchObject({ name: 'Ana', company: 'Lima' });
  });

  // Seen failing with the advisory lock taken out of lockLead: one of two words was lost, or the unique index refused.
  it('keeps all words of several people who write at once, and one latest row', async () => {
    const words = { name: 'Ana', company: 'Lima', notes: 'Call', phone: '1', intent: 'Buy' };

    await Promise.all(Object.entries(words).map(([field, value]) => change({ [field]: value })));

    expect((await client.get(path)).body).toMatchObject(words);
    const { rows } = await database.owner.query(
      'select count(*)::int as latest from extractions where conversation_id = $1 and is_latest',
      [conversationId],
    );
    expect(rows).toEqual([{ latest: 1 }]);
  });

  it.each([
    [{ intentScore: 4 }, 'intentScore'],
    [{ totalScore: 15 }, 'totalScore'],
    [{ email: 'nobody' }, 'email'],
    [{ leadStatusTag: 'hot' }, 'leadStatusTag'],
    [{ demoBookDatetime: 'tomorrow' }, 'demoBookDatetime'],
    [{ demoBookDatetime: '2026-12-01T15:00:00' }, 'demoBookDatetime'],
    [{ name: 'x'.repeat(256) }, 'name'],
    [{ userId: 'usr_other' }, 'userId'],
  ])('refuses %j', async (body, field) => {
    const answer = await client.patch(path).send(body);

    expect([answer.status, answer.body.errors[0].field]).toEqual([400, field]);
  });

  it('takes hostile text as text', async () => {
    const hostile = `'); drop table extractions; -- \0 <script> %_\\ =1+1`;

    const lead = await change({ name: hostile, notes: hostile });

    expect(lead.name).toBe(hostile.replace('\0', ''));
    expect((await client.get(`/leads?q=${encodeURIComponent('%_\\')}`)).body.data).toHaveLength(1);
  });
});

describe('GET /leads/:conversationId/history', () => {
  it('lists all readings, newest first, each with what changed and who says so', async () => {
    await readAgain({ company: 'Lima' });
    await change({ name: 'Ana' });
    const { body: first } = await client.get(`${path}/history?limit=2`).expect(200);
    const { body: rest } = await client.get(`${path}/history?limit=2&cursor=${first.nextCursor}`);

    expect(first.data).toMatchObject([
      {
        source: 'person',
        isLatest: true,
        changes: { name: { from: 'Read Name', to: 'Ana' } },
        setByHand: { name: { value: 'Ana' } },
      },
      { source: 'model', isLatest: false, changes: { company: { from: null, to: 'Lima' } } },
    ]);
    expect(rest.data).toMatchObject([
      { source: 'model', model: 'test-model', promptVersion: 'v1' },
    ]);
    expect(rest.nextCursor).toBeNull();
  });
});

describe('POST /leads/:conversationId/read and /unread', () => {
  it('marks a lead, and keeps when it was read first', async () => {
    const { body: read } = await client.post(`${path}/read`).expect(200);
    expect(read).toMatchObject({ isRead: true, readAt: '2026-11-21T12:00:00.000Z' });

    expect((await client.get('/leads?isRead=false')).body.data).toEqual([]);
    const { body: unread } = await client.post(`${path}/unread`).expect(200);

    expect(unread).toMatchObject({ isRead: false, readAt: null });
    await client.post(`/leads/cnv_none/read`).expect(404);
  });
});

describe('GET /leads/:conversationId', () => {
  it.each(['cnv_none', '%00', "'--"])('answers 404 for %s', async (id) => {
    expect((await client.get(`/leads/${id}`)).status).toBe(404);
  });
});
