import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sweepNotifications } from '../../src/notifications/sending/sweep-notifications.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { arrangeConversation } from '../support/arrange-conversation.ts';
import {
  arrangeLeadEvent,
  arrangeNotification,
  arrangeTarget,
} from '../support/arrange-notifications.ts';
import { recordJobs } from '../support/serve-routes.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let tenant: Tenant;
let targetId: string;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.owner.query('delete from notifications');
  await database.owner.query('delete from lead_events');
  tenant = await arrangeTenant(database.owner);
  targetId = await arrangeTarget(database.owner, tenant.userId);
});

async function sweep() {
  const { enqueue, jobs } = recordJobs();
  const found = await sweepNotifications({ sweeper: database.pool('rapport_sweeper'), enqueue });
  return { found, jobs };
}

async function arrange(set: string): Promise<{ userId: string; notificationId: string }> {
  const { userId } = tenant;
  const notificationId = await arrangeNotification(database.owner, { userId, targetId });
  await database.owner.query(`update notifications set ${set} where notification_id = $1`, [
    notificationId,
  ]);
  return { userId, notificationId };
}

describe('sweepNotifications', () => {
  it('finds events whose team was not told, once for each conversation', async () => {
    const { userId } = tenant;
    const conversationId = await arrangeConversation(database.owner, tenant);
    const about = { userId, conversationId };
    await arrangeLeadEvent(database.owner, about, { dueInSeconds: -5 });
    await arrangeLeadEvent(database.owner, about, { dueInSeconds: -5 });
    await arrangeLeadEvent(database.owner, about, { dueInSeconds: 5 });

    expect(await sweep()).toEqual({
      found: 1,
      jobs: [{ name: 'leads.tell', payload: { items: [about] } }],
    });
  });

  // Seen failing with the condition on lease_until taken out, and with the grace at 0.
  it('finds what is due and not held, and what nobody opened in its time', async () => {
    const lost = await arrange(`next_attempt_at = now() - interval '5 s'`);
    const dead = await arrange(
      `next_attempt_at = now() - interval '9 s', lease_until = now() - interval '1 s', attempts = 1`,
    );
    const unopened = await arrange(
      `status = 'sent', next_attempt_at = null, escalate_at = now() - interval '1 ms'`,
    );
    await arrange(`next_attempt_at = now() - interval '5 s', lease_until = now() + interval '5 s'`);
    await arrange('next_attempt_at = now()');
    await arrange(`next_attempt_at = now() + interval '1 h'`);
    await arrange(
      `status = 'sent', next_attempt_at = null, escalate_at = now() + interval '1 min'`,
    );

    expect(await sweep()).toEqual({
      found: 3,
      jobs: [{ name: 'notifications.send', payload: { items: [dead, lost, unopened] } }],
    });
  });

  it('sees ids and times only', async () => {
    const sweeper = database.pool('rapport_sweeper');

    for (const column of ['content', 'open_token', 'error', 'notification_target_id']) {
      await expect(sweeper.query(`select ${column} from notifications`)).rejects.toThrow(
        'permission denied',
      );
    }
    for (const sql of [
      'select details from lead_events',
      'select address from notification_targets',
      'update notifications set status = status',
    ]) {
      await expect(sweeper.query(sql)).rejects.toThrow('permission denied');
    }
  });
});
