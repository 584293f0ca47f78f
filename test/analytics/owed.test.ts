import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readOwed } from '../../src/analytics/owed.ts';
import { createMetrics } from '../../src/lib/metrics.ts';
import { arrangeTenant } from '../support/arrange.ts';
import { arrangeConversation } from '../support/arrange-conversation.ts';
import { arrangeMeeting } from '../support/arrange-meeting.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** A meeting that Google and its customer are owed since so many minutes; negative: not yet. */
async function arrangeOwed(minutes: number): Promise<void> {
  const { owner } = database;
  const tenant = await arrangeTenant(owner);
  const conversationId = await arrangeConversation(owner, tenant);
  const { meetingId } = await arrangeMeeting(owner, tenant, conversationId);
  await owner.query(
    `with due as (
       update meetings set google_due_at = now() - make_interval(mins => $2) where meeting_id = $1
       returning user_id, meeting_id, meeting_time, google_due_at
     ), removal as (
       insert into google_event_removals (user_id, google_calendar_id, google_event_id, due_at)
       select user_id, 'primary', meeting_id, google_due_at from due
     )
     insert into meeting_messages (user_id, meeting_id, kind, key, about_time, due_at)
     select user_id, meeting_id, 'confirmed', '', meeting_time, google_due_at from due`,
    [meetingId, minutes],
  );
}

describe('readOwed', () => {
  // Seen failing with `google_due_at is not null` in the place of `google_due_at <= now()`.
  it('counts what is due of meetings over all tenants, and nothing of what is due later', async () => {
    const sweeper = database.pool('rapport_sweeper');
    expect(await readOwed(sweeper)).toMatchObject({ calendarWrites: 0, meetingMessages: 0 });
    await arrangeOwed(2);
    await arrangeOwed(5);
    await arrangeOwed(-5);

    const owed = await readOwed(sweeper);

    expect(owed).toMatchObject({ replies: 0, calendarWrites: 4, meetingMessages: 2 });
    expect(Math.round(owed.meetingMessageOldestSeconds / 60)).toBe(5);
    const metrics = createMetrics({
      owed: () => readOwed(sweeper),
      queues: async () => ({}),
      credits: async () => 0,
    });
    metrics.observeBooking('scheduled');
    const text = await metrics.text();
    expect(text).toContain('rapport_owed_calendar_writes 4');
    expect(text).toContain('rapport_owed_meeting_messages 2');
    expect(text).toMatch(/rapport_owed_meeting_message_oldest_seconds 30\d/);
    expect(text).toContain('rapport_bookings_total{outcome="scheduled"} 1');
  });
});
