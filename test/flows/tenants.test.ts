import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openJobQueues } from '../../src/jobs/bullmq.ts';
import { urlForRole } from '../../src/lib/database-roles.ts';
import type { Pool } from '../../src/lib/db.ts';
import { silentLog } from '../../src/lib/log.ts';
import type { Tenant } from '../support/arrange.ts';
import { arrangeConversation, storedConversation } from '../support/arrange-conversation.ts';
import { eventually } from '../support/eventually.ts';
import { expectSettled, reached } from '../support/expect-settled.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { testVault } from '../support/test-vault.ts';

/** Whose each thing is, by the column that names it. */
const homes = {
  phone_number_id: 'phone_numbers (id)',
  agent_id: 'agents (agent_id)',
  contact_id: 'contacts (contact_id)',
  conversation_id: 'conversations (conversation_id)',
  message_id: 'messages (message_id)',
};

/** Every place where a row of one tenant names a thing of another, over the whole catalogue. */
async function crossings(owner: Pool): Promise<{ looked: string[]; crossed: string[] }> {
  const { rows } = await owner.query(
    `select c.table_name as "table", c.column_name as "column"
       from information_schema.columns c
       join information_schema.columns u
         on u.table_name = c.table_name and u.table_schema = c.table_schema
        and u.column_name = 'user_id'
      where c.table_schema = 'public' and c.column_name = any ($1)`,
    [Object.keys(homes)],
  );
  const crossed: string[] = [];
  for (const { table, column } of rows) {
    const [home, key] =
      Object.entries(homes)
        .find(([name]) => name === column)?.[1]
        .split(/ \(|\)/) ?? [];
    const found = await owner.query(
      `select count(*)::int as count from ${table} a join ${home} h on h.${key} = a.${column}
        where h.user_id <> a.user_id`,
    );
    if (found.rows[0].count > 0) crossed.push(`${table}.${column}`);
  }
  const told = await owner.query(
    `select count(*)::int as count
       from realtime_events e join conversations c on c.conversation_id = e.payload ->> 'conversationId'
      where c.user_id <> e.user_id`,
  );
  if (told.rows[0].count > 0) crossed.push('realtime_events.payload');
  return { looked: rows.map(({ table, column }) => `${table}.${column}`), crossed };
}

describe('two tenants with the same customers at the same time', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
    await Promise.all([stage.start('server'), stage.start('worker'), stage.start('worker')]);
  });
  afterAll(() => stage.close());

  // Seen failing with people known by their address alone in readInboundFacts.
  it('have each their own: answers, numbers, ledger, and every row', async () => {
    const tenants = await Promise.all([stage.tenant(), stage.tenant()]);
    const customers = Array.from({ length: 25 }, () => stage.customer());
    const names = new Map(tenants.map((tenant, index) => [tenant, index === 0 ? 'Ada' : 'Bob']));

    // The same people, and the same ids of messages, in both.
    await Promise.all(
      tenants.flatMap((tenant) =>
        customers.flatMap((customer) =>
          ['first', 'second', 'third'].map((word) =>
            stage.write(tenant, customer, `${names.get(tenant)} hears ${word} of ${customer}`, {
              id: `wamid.shared.${word}.${customer}`,
            }),
          ),
        ),
      ),
    );

    for (const tenant of tenants) await expectSettled(stage, tenant);
    for (const tenant of tenants) {
      const others = [...names.values()].find((name) => name !== names.get(tenant));
      const texts = reached(stage, tenant).map(({ text }) => text ?? '');
      expect(texts.filter((text) => text.includes(`${others} hears`))).toEqual([]);
      const asked = stage.simulators.modelRequests().map(({ body }) => JSON.stringify(body));
      expect(asked.filter((body) => body.includes('Ada hears') && body.includes('Bob'))).toEqual(
        [],
      );
    }
    const { looked, crossed } = await crossings(stage.owner);
    expect(crossed).toEqual([]);
    expect(looked).toEqual(
      expect.arrayContaining(['messages.conversation_id', 'credit_transactions.message_id']),
    );
  });
});

describe('a job that names a conversation with another tenant', () => {
  let database: TestDatabase;
  let stage: Stage;
  beforeAll(async () => {
    database = await createTestDatabase();
    stage = await openStage({ database });
    // No sweep: it would find the conversation, with its own tenant.
    await stage.start('worker', { SWEEP_INTERVAL_MS: '86400000' });
  });
  afterAll(() => stage.close());

  async function dueConversation(tenant: Tenant, customer: string): Promise<string> {
    const due = { authors: ['customer' as const], owedThrough: 1, replyDueMinutes: -1 };
    const conversationId = await arrangeConversation(stage.owner, tenant, due);
    await stage.owner.query(
      'update conversations set customer_phone = $2 where conversation_id = $1',
      [conversationId, customer],
    );
    return conversationId;
  }

  // Seen failing with `o.user_id = w.user_id` and `c.user_id = w.user_id` taken out of claimTurns, together with
  // the policy on conversations: either of the two is enough.
  it('finds nothing, also beside jobs of that tenant', async () => {
    const [mine, theirs] = await Promise.all([stage.tenant(), stage.tenant()]);
    const [one, other] = [stage.customer(), stage.customer()];
    const myConversation = await dueConversation(mine, one);
    const theirConversation = await dueConversation(theirs, other);
    const location =
      stage.redis === undefined
        ? { postgresUrl: urlForRole(database.ownerUrl, 'rapport_jobs', testVault) }
        : { redisUrl: stage.redis.url };
    const queues = openJobQueues({ location, log: silentLog });
    try {
      const crossed = { userId: theirs.userId, conversationId: myConversation };
      await queues.enqueue('sends.run', { items: [crossed] });
      await queues.enqueue('replies.acknowledge', { items: [crossed] });
      await queues.enqueue('replies.run', { items: [crossed] });
      await queues.enqueue('replies.run', {
        items: [crossed, { userId: theirs.userId, conversationId: theirConversation }],
      });
      await eventually('theirs is answered', () => reached(stage, theirs).length === 1);

      expect(await storedConversation(stage.owner, myConversation)).toMatchObject({
        turn_id: null,
        turn_attempts: 0,
        acknowledged_through: 0,
        last_sequence_no: 1,
      });
      expect(reached(stage, mine)).toEqual([]);

      await queues.enqueue('replies.run', {
        items: [{ userId: mine.userId, conversationId: myConversation }],
      });
      await eventually('mine is answered', () => reached(stage, mine).length === 1);
      await Promise.all([expectSettled(stage, mine), expectSettled(stage, theirs)]);
    } finally {
      await queues.close();
    }
  });
});
