import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Pool } from '../../src/lib/db.ts';
import { newId } from '../../src/lib/ids.ts';
import { silentLog } from '../../src/lib/log.ts';
import {
  type NotificationWorkerDeps,
  workOnNotifications,
} from '../../src/notifications/sending/notification-worker.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { arrangeConversation } from '../support/arrange-conversation.ts';
import {
  arrangeNotification,
  arrangeTarget,
  escalationIsDue,
  storedNotifications,
} from '../support/arrange-notifications.ts';
import {
  handOverAndSend,
  type NotifierScript,
  scriptedNotifier,
} from '../support/scripted-notifier.ts';
import { recordJobs } from '../support/serve-routes.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { testVault } from '../support/test-vault.ts';

let database: TestDatabase;
let app: Pool;
let tenant: Tenant;
let conversationId: string;
let bossId: string;
let targetId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  app = database.pool('rapport_app');
});
afterAll(() => database.drop());
beforeEach(async () => {
  tenant = await arrangeTenant(database.owner);
  const { userId } = tenant;
  conversationId = await arrangeConversation(database.owner, tenant, { authors: ['customer'] });
  bossId = await arrangeTarget(database.owner, userId, { rules: [] });
  targetId = await arrangeTarget(database.owner, userId, {
    escalation: { afterMinutes: 15, toTargetId: bossId },
  });
});

function worker(script: NotifierScript = handOverAndSend, now = () => new Date()) {
  const notifier = scriptedNotifier(script);
  const { enqueue, jobs } = recordJobs();
  const stopping = new AbortController();
  const deps: NotificationWorkerDeps = {
    app,
    vault: testVault,
    newId,
    now,
    random: () => 1,
    notifiers: new Map([['slack', notifier]]),
    publicUrl: 'https://rapport.example',
    leaseMs: 60_000,
    publishLook: () => {},
    observeNotification: () => {},
    enqueue,
    stopping: stopping.signal,
    log: silentLog,
  };
  const work = (...ids: string[]) =>
    workOnNotifications(
      deps,
      ids.map((notificationId) => ({ userId: tenant.userId, notificationId })),
    );
  return { work, notifier, jobs, stopping };
}

const arrange = () =>
  arrangeNotification(database.owner, { userId: tenant.userId, targetId, conversationId });
const stored = () => storedNotifications(database.owner, tenant.userId);
const escalations = async () => (await stored()).filter(({ kind }) => kind === 'escalation');

/** Sends a notification and lets the time of its escalation come. */
async function sentLongAgo(script?: NotifierScript): Promise<string> {
  const notificationId = await arrange();
  await worker(script).work(notificationId);
  await escalationIsDue(database.owner, notificationId);
  return notificationId;
}

/** A digest of these conversations, and the id of the last it carries, when the time of its escalation has come. */
async function digestSentLongAgo(...conversationIds: string[]) {
  const { owner } = database;
  const about = { userId: tenant.userId, targetId };
  const digestId = await arrangeNotification(owner, about, { kind: 'digest' });
  await owner.query(`update notifications set content = 'null' where notification_id = $1`, [
    digestId,
  ]);
  let memberId = '';
  for (const one of conversationIds) {
    memberId = await arrangeNotification(owner, { ...about, conversationId: one });
    await owner.query(
      `update notifications set status = 'in_digest', digest_id = $2, next_attempt_at = null
        where notification_id = $1`,
      [memberId, digestId],
    );
  }
  await worker().work(digestId);
  await escalationIsDue(owner, digestId);
  return { digestId, memberId };
}

describe('an escalation', () => {
  it('tells the next target what nobody opened, and that nobody did', async () => {
    const notificationId = await arrange();
    const { work, notifier, jobs } = worker();

    await work(notificationId);
    const [sent] = await stored();
    await work(notificationId);
    const early = await escalations();
    await escalationIsDue(database.owner, notificationId);
    await work(notificationId);

    const inMinutes = ((sent?.escalate_at?.getTime() ?? 0) - Date.now()) / 60_000;
    expect(Math.round(inMinutes)).toBe(15);
    expect(early).toEqual([]);
    const [escalation] = await escalations();
    expect(escalation).toMatchObject({
      notification_target_id: bossId,
      status: 'pending',
      content: { because: 'Nobody has looked for 15 min · Turned Hot' },
    });
    expect(jobs).toMatchObject([{ name: 'notifications.send' }]);
    await work(escalation?.notification_id ?? '');
    expect(notifier.calls.at(-1)?.notification.kind).toBe('escalation');
    expect((await escalations())[0]).toMatchObject({ status: 'sent', escalate_at: null });
  });

  // Seen failing with `escalate_at = null` taken out of takeDue.
  it('happens once, however many look at the same time', async () => {
    const notificationId = await sentLongAgo();
    const { work } = worker();

    await Promise.all(Array.from({ length: 6 }, () => work(notificationId)));
    await work(notificationId);

    expect(await escalations()).toHaveLength(1);
  });

  // Seen failing with each of the conditions of `isSeen` taken out.
  it.each([
    'update notifications set opened_at = now() where user_id = $1',
    `insert into notifications (notification_id, user_id, notification_target_id, conversation_id, kind, status, content, opened_at)
     select 'ntf_' || conversation_id, user_id, notification_target_id, conversation_id, 'event', 'sent', content, now()
       from notifications where user_id = $1`,
    `insert into messages (message_id, user_id, conversation_id, sequence_no, sender, author, type, text, status)
     select 'msg_' || conversation_id, user_id, conversation_id, 2, 'agent', 'human', 'text', 'On it', 'sent'
       from conversations where user_id = $1`,
  ])('does not happen when somebody has seen to it: %s', async (seen) => {
    const notificationId = await sentLongAgo();
    await database.owner.query(seen, [tenant.userId]);

    await worker().work(notificationId);

    expect(await escalations()).toEqual([]);
  });

  it('happens at once when the message could not be sent, and after its time when it may have been', async () => {
    const failed = await arrange();
    await worker(async () => ({ outcome: 'refused', error: 'no_service' })).work(failed);
    const unknown = await arrange();
    await worker(async (_call, handingOver) => {
      await handingOver();
      return { outcome: 'unknown', error: 'timeout' };
    }).work(unknown);

    const all = await stored();
    expect(all.filter(({ kind }) => kind === 'escalation')).toMatchObject([
      { content: { because: 'Others could not be told · Turned Hot' } },
    ]);
    const left = all.find(({ notification_id: id }) => id === unknown);
    expect(left?.escalate_at?.getTime()).toBeGreaterThan(Date.now() + 14 * 60_000);
  });

  it('waits for the quiet hours of the one who is told next', async () => {
    await database.owner.query(
      'update notification_targets set quiet_hours = $2 where notification_target_id = $1',
      [
        bossId,
        JSON.stringify({ timeZone: 'Europe/Lisbon', ranges: [{ from: '22:00', to: '07:00' }] }),
      ],
    );
    const notificationId = await sentLongAgo();

    const night = worker(handOverAndSend, () => new Date('2036-01-15T23:30:00Z'));
    await night.work(notificationId);

    expect(await escalations()).toMatchObject([
      { status: 'pending', next_attempt_at: new Date('2036-01-16T07:00:00Z') },
    ]);
    expect(night.jobs).toEqual([]);
  });

  it('tells nobody when the next target is switched off', async () => {
    const notificationId = await sentLongAgo();
    await database.owner.query(
      'update notification_targets set is_active = false where notification_target_id = $1',
      [bossId],
    );

    await worker().work(notificationId);

    expect(await escalations()).toEqual([]);
  });

  // Seen failing with the condition on `i.opened_at` taken out.
  it('of a digest says what the digest said, unless somebody opened one of its leads', async () => {
    const another = await arrangeConversation(database.owner, tenant);
    const unopened = await digestSentLongAgo(conversationId);
    const opened = await digestSentLongAgo(conversationId, another);
    await database.owner.query(
      'update notifications set opened_at = now() where notification_id = $1',
      [opened.memberId],
    );
    const { work, notifier } = worker();

    await work(unopened.digestId, opened.digestId);
    const [escalation, more] = await escalations();
    await work(escalation?.notification_id ?? '');

    expect(more).toBeUndefined();
    expect(notifier.calls).toHaveLength(1);
    expect(notifier.calls[0]?.notification).toMatchObject({
      kind: 'escalation',
      items: [{ content: { conversationId } }],
    });
  });

  // Seen failing with the condition on digests taken out, and with either of those within it.
  it('of a digest does not happen once each of its leads was seen to elsewhere', async () => {
    const { owner } = database;
    const { userId } = tenant;
    const leads = await Promise.all(
      [1, 2].map(() => arrangeConversation(owner, tenant, { authors: ['customer'] })),
    );
    const seen = await digestSentLongAgo(...leads);
    const halfSeen = await digestSentLongAgo(...leads, conversationId);
    const [written, opened] = leads;
    await owner.query(
      `insert into messages (message_id, user_id, conversation_id, sequence_no, sender, author, type, text, status)
       values ('msg_' || $2, $1, $2, 2, 'agent', 'human', 'text', 'On it', 'sent')`,
      [userId, written],
    );
    await owner.query(
      `insert into notifications (notification_id, user_id, notification_target_id, conversation_id, kind, status, content, opened_at)
       values ('ntf_' || $2, $1, $3, $2, 'event', 'sent', 'null', now())`,
      [userId, opened, bossId],
    );

    await worker().work(seen.digestId);
    const early = await escalations();
    await worker().work(halfSeen.digestId);

    expect(early).toEqual([]);
    expect(await escalations()).toMatchObject([{ digest_id: halfSeen.digestId }]);
  });
});

describe('workOnNotifications', () => {
  it('works on the others although one fails', async () => {
    const ids = [await arrange(), await arrange()];
    const { work, notifier } = worker();

    // Postgres refuses a text with a NUL.
    await work('\0', ...ids);

    expect(notifier.calls).toHaveLength(2);
  });

  // Seen failing with putOffOthers taken out.
  it('leaves a target alone for a while that just failed, and goes on with the others', async () => {
    const { owner } = database;
    const dead = await Promise.all(Array.from({ length: 20 }, arrange));
    const other = await arrangeNotification(owner, { userId: tenant.userId, targetId: bossId });
    let calls = 0;
    const { work, notifier } = worker(async (_call, handingOver) => {
      calls += 1;
      if (calls > 8) return handOverAndSend(_call, handingOver);
      await new Promise((resolve) => setTimeout(resolve, 200));
      return { outcome: 'retry', error: 'no answer' };
    });

    await work(...dead, other);

    expect(notifier.calls.length).toBeLessThan(20);
    const all = await stored();
    expect(all.find((one) => one.notification_id === other)).toMatchObject({ status: 'sent' });
    const waiting = all.filter((one) => one.status === 'pending' && one.attempts === 0);
    expect(waiting.length).toBeGreaterThan(0);
    for (const { next_attempt_at: next } of waiting) {
      expect((next?.getTime() ?? 0) - Date.now()).toBeGreaterThan(5_000);
      expect((next?.getTime() ?? 0) - Date.now()).toBeLessThanOrEqual(60_000);
    }
  });

  it('begins nothing more once its process stops', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, arrange));
    const { work, notifier, stopping } = worker(async (_call, handingOver) => {
      await handingOver();
      stopping.abort();
      return { outcome: 'sent' };
    });

    await work(...ids);

    expect(notifier.calls.length).toBeLessThanOrEqual(8);
    expect((await stored()).map(({ status }) => status)).toEqual([
      ...Array(notifier.calls.length).fill('sent'),
      ...Array(20 - notifier.calls.length).fill('pending'),
    ]);
  });
});
