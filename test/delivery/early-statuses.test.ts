import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordSends } from '../../src/delivery/record-sends.ts';
import { storeStatuses } from '../../src/inbound/store-statuses.ts';
import { arrangeTenant } from '../support/arrange.ts';
import { arrangeConversation } from '../support/arrange-conversation.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function attemptedReply(): Promise<{ userId: string; messageId: string }> {
  const { owner } = database;
  const tenant = await arrangeTenant(owner);
  const conversationId = await arrangeConversation(owner, tenant, { authors: ['ai'] });
  const { rows } = await owner.query(
    `insert into message_delivery_status
       (message_id, user_id, conversation_id, attempts, attempted_at, next_attempt_at)
     select message_id, user_id, conversation_id, 1, now(), now() + interval '1 minute'
       from messages where conversation_id = $1
     returning message_id as "messageId"`,
    [conversationId],
  );
  return { userId: tenant.userId, messageId: rows[0].messageId };
}

async function receive(userId: string, status: string, reference: string | null): Promise<void> {
  const given = { user_id: userId, platform_message_id: 'wamid.early', reference, status };
  const at = '2026-11-02T10:00:00Z';
  await database
    .pool('rapport_receiver')
    .query(storeStatuses([{ ...given, error_code: null, error_message: null, at }]));
}

describe('recordSends, after statuses that came first', () => {
  // Seen failing with `reached` set to 'sent', and, of those with our reference, with the rank taken out.
  it.each([
    ['without our reference', () => null],
    ['with our reference', (messageId: string) => messageId],
  ])('keeps the furthest of them: %s', async (_name, referenceOf) => {
    const { userId, messageId } = await attemptedReply();
    await receive(userId, 'read', referenceOf(messageId));
    await receive(userId, 'delivered', referenceOf(messageId));

    await recordSends(database.pool('rapport_app'), [
      {
        userId,
        messageId,
        record: { result: 'accepted', platformMessageId: 'wamid.early' },
        templateName: null,
      },
    ]);

    const { rows } = await database.owner.query(
      `select status, platform_message_id as "providerId", next_attempt_at as next
         from message_delivery_status where message_id = $1`,
      [messageId],
    );
    expect(rows).toEqual([{ status: 'read', providerId: 'wamid.early', next: null }]);
  });
});
