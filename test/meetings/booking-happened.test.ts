import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/lib/ids.ts';
import { asTenant } from '../../src/lib/tenant.ts';
import { bookingHappened } from '../../src/meetings/booking-happened.ts';
import { arrangeTenant } from '../support/arrange.ts';
import { arrangeConversation, storedConversation } from '../support/arrange-conversation.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('bookingHappened', () => {
  it('is an event of the lead once for each version, and has the conversation read at once', async () => {
    const tenant = await arrangeTenant(database.owner);
    const conversationId = await arrangeConversation(database.owner, tenant);
    const meeting = {
      userId: tenant.userId,
      agentId: tenant.agentId,
      conversationId,
      meetingId: 'mtg_1',
      meetingTime: new Date('2026-12-02T15:00:00Z'),
      timezone: 'Europe/Lisbon',
      version: 1,
    };
    const happened = (version: number, what: 'booked' | 'moved') =>
      asTenant(database.pool('rapport_app'), tenant.userId, (tx) =>
        bookingHappened(tx, newId, { ...meeting, version }, what),
      );

    await Promise.all([happened(1, 'booked'), happened(1, 'booked'), happened(2, 'moved')]);

    const { rows } = await database.owner.query(
      `select kind, details, tell_at > now() + interval '15 seconds' as waits
         from lead_events where conversation_id = $1 order by event_key`,
      [conversationId],
    );
    const details = {
      meetingId: 'mtg_1',
      meetingTime: '2026-12-02T15:00:00.000Z',
      timeZone: 'Europe/Lisbon',
    };
    expect(rows).toEqual([
      { kind: 'booking', waits: true, details: { ...details, what: 'booked' } },
      { kind: 'booking', waits: true, details: { ...details, what: 'moved' } },
    ]);
    expect(await storedConversation(database.owner, conversationId)).toMatchObject({
      extraction_is_urgent: true,
      extraction_due_at: expect.any(Date),
    });
  });
});
