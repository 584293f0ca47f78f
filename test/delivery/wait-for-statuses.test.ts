import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitForStatuses } from '../../src/delivery/wait-for-statuses.ts';
import { newId } from '../../src/lib/ids.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { arrangeConversation } from '../support/arrange-conversation.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let tenant: Tenant;

beforeAll(async () => {
  database = await createTestDatabase();
  tenant = await arrangeTenant(database.owner);
});
afterAll(() => database.drop());

/** A message of ours, as far as it has come. */
async function delivery(columns: {
  status?: string;
  attempted?: boolean;
  errorCode?: number;
  isDue?: boolean;
}): Promise<string> {
  const { status = 'pending', attempted = true, errorCode = null, isDue = true } = columns;
  const messageId = newId('msg');
  const conversationId = await arrangeConversation(database.owner, tenant);
  await database.owner.query(
    `insert into messages (message_id, user_id, conversation_id, sequence_no, sender, author, type, text, status)
     values ($1, $2, $3, 1, 'agent', 'ai', 'text', 'Hello', 'pending')`,
    [messageId, tenant.userId, conversationId],
  );
  await database.owner.query(
    `insert into message_delivery_status
       (message_id, user_id, conversation_id, status, attempted_at, error_code, next_attempt_at)
     values ($1, $2, $3, $4, case when $5 then now() - interval '2 minutes' end, $6,
             case when $7 then now() - interval '1 minute' end)`,
    [messageId, tenant.userId, conversationId, status, attempted, errorCode, isDue],
  );
  return messageId;
}

async function waits(messageId: string): Promise<boolean | null> {
  const { rows } = await database.owner.query(
    `select next_attempt_at > now() + interval '50 seconds' as waits
       from message_delivery_status where message_id = $1`,
    [messageId],
  );
  return rows[0].waits;
}

describe('waitForStatuses', () => {
  it.each([
    ['an attempt that was never recorded', {}, true],
    ['one whose outcome is unknown', { errorCode: 0 }, true],
    ['what was refused for now', { errorCode: 131_056 }, false],
    ['what was never attempted', { attempted: false }, false],
    ['what has been sent', { status: 'sent', isDue: false }, null],
  ])('of %s', async (_what, columns, expected) => {
    const messageId = await delivery(columns);

    await waitForStatuses(database.pool('rapport_receiver'), 60_000);

    expect(await waits(messageId)).toBe(expected);
  });
});
