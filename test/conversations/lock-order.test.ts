import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { claimTurns, renewTurns } from '../../src/agent/claim-turns.ts';
import {
  claimExtractions,
  renewExtractions,
} from '../../src/leads/extraction/claim-extractions.ts';
import type { Pool } from '../../src/lib/db.ts';
import { newId } from '../../src/lib/ids.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { arrangeConversation } from '../support/arrange-conversation.ts';
import { type OpenTransaction, openTransaction } from '../support/open-transaction.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let app: Pool;
let tenant: Tenant;
let other: OpenTransaction;
/** By their ids: the order in which everybody locks them. */
let first: string;
let second: string;

beforeAll(async () => {
  database = await createTestDatabase();
  app = database.pool('rapport_app');
});
afterAll(() => database.drop());

beforeEach(async () => {
  tenant = await arrangeTenant(database.owner);
  const due = { authors: ['customer'] as 'customer'[], owedThrough: 1, replyDueMinutes: -1 };
  const ids = [
    await arrangeConversation(database.owner, tenant, due),
    await arrangeConversation(database.owner, tenant, due),
  ];
  await database.owner.query(
    `update conversations set extraction_due_at = now() - interval '1 minute',
            extraction_is_urgent = true where user_id = $1`,
    [tenant.userId],
  );
  const { rows } = await database.owner.query(
    'select conversation_id as id from conversations where conversation_id = any ($1) order by 1',
    [ids],
  );
  [first, second] = rows.map(({ id }) => id);
});

const times = { idleMs: 1_000, leaseMs: 60_000 };
const turns = () =>
  [second, first].map((conversationId) => ({
    userId: tenant.userId,
    conversationId,
    turnId: newId('trn'),
  }));
const readings = () =>
  [second, first].map((conversationId) => ({
    userId: tenant.userId,
    conversationId,
    leaseId: newId('wrk'),
  }));

afterEach(() => other.end());

describe('work on several conversations at once', () => {
  // The renewals seen failing without their `order by`: two such batches ended each other.
  it.each<[string, () => Promise<() => Promise<unknown>>]>([
    [
      'renewing turns',
      async () => {
        const wanted = turns();
        await claimTurns(app, wanted, 1_000);
        return () => renewTurns(app, wanted, 600_000);
      },
    ],
    ['taking readings', async () => () => claimExtractions(app, readings(), times)],
    [
      'renewing readings',
      async () => {
        const claimed = await claimExtractions(app, readings(), times);
        expect(claimed).toHaveLength(2);
        return () => renewExtractions(app, claimed.reverse(), 600_000);
      },
    ],
  ])('locks them in the order of their ids: %s', async (_what, arrange) => {
    const work = await arrange();
    other = await openTransaction(database.owner);
    const lock = 'select from conversations where conversation_id = $1 for update';
    await other.query(lock, [first]);

    const done = work();
    await other.untilSomebodyWaits();

    await expect(other.query(`${lock} nowait`, [second])).resolves.toBeDefined();
    await other.query('rollback');
    await done;
  });
});
