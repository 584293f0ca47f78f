import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { claimTurns } from '../../src/agent/claim-turns.ts';
import { newId } from '../../src/lib/ids.ts';
import { message, phone } from '../inbound/inbound-events.ts';
import { ingestInto } from '../inbound/ingest-into.ts';
import { arrangeTenant } from '../support/arrange.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('claimTurns', () => {
  // Seen failing with the newest 60 messages read, however many are unanswered.
  it('reads all that is unanswered, so that nothing of a long burst counts as answered unseen', async () => {
    const tenant = await arrangeTenant(database.owner);
    const between = { accountId: tenant.accountId, addresses: [phone('5511988880001')] as const };
    const ids = Array.from({ length: 150 }, (_, n) => `wamid.burst.${n}`);
    await ingestInto(database)(
      ids.map((id) => message({ ...between, addresses: [between.addresses[0]] }, id)),
    );
    const { rows } = await database.owner.query(
      'update conversations set reply_due_at = now() where user_id = $1 returning conversation_id as id',
      [tenant.userId],
    );

    const wanted = { userId: tenant.userId, conversationId: rows[0].id, turnId: newId('trn') };
    const [facts] = await claimTurns(database.pool('rapport_app'), [wanted], 10_000);

    expect(facts?.timeline.map(({ text }) => text)).toEqual(ids);
  });
});
