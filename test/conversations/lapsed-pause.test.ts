import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getConversation, listConversations } from '../../src/conversations/read-conversations.ts';
import type { Pool } from '../../src/lib/db.ts';
import { asTenant } from '../../src/lib/tenant.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { arrangeConversation } from '../support/arrange-conversation.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let app: Pool;
let tenant: Tenant;

beforeAll(async () => {
  database = await createTestDatabase();
  app = database.pool('rapport_app');
  tenant = await arrangeTenant(database.owner);
});
afterAll(() => database.drop());

async function pausedFor(minutes: number): Promise<string> {
  const conversationId = await arrangeConversation(database.owner, tenant, {
    handledBy: 'human',
    handoverReason: 'person_wrote',
  });
  await database.owner.query(
    `update conversations set ai_paused_until = now() + make_interval(mins => $2)
      where conversation_id = $1`,
    [conversationId, minutes],
  );
  return conversationId;
}

async function idsOf(handledBy: 'ai' | 'human'): Promise<string[]> {
  const wanted = { userId: tenant.userId, limit: 50, before: undefined, filter: { handledBy } };
  const found = await asTenant(app, tenant.userId, (tx) => listConversations(tx, wanted));
  return found.map(({ conversationId }) => conversationId);
}

describe('a conversation that a person wrote in', () => {
  // Seen failing with handled_by shown as it is stored.
  it('is shown as the AI’s once the pause is over, though nothing was stored since', async () => {
    const conversationId = await pausedFor(-1);

    const shown = await asTenant(app, tenant.userId, (tx) =>
      getConversation(tx, { userId: tenant.userId, conversationId }),
    );

    expect(shown).toMatchObject({ handledBy: 'ai', handoverReason: null, aiPausedUntil: null });
    expect(await idsOf('ai')).toContain(conversationId);
    expect(await idsOf('human')).not.toContain(conversationId);
  });

  it('is shown as people’s until then', async () => {
    const conversationId = await pausedFor(30);

    const shown = await asTenant(app, tenant.userId, (tx) =>
      getConversation(tx, { userId: tenant.userId, conversationId }),
    );

    expect(shown).toMatchObject({ handledBy: 'human', handoverReason: 'person_wrote' });
    expect(await idsOf('human')).toContain(conversationId);
  });
});
