import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { tellTeam } from '../../src/leads/telling/tell-team.ts';
import type { Pool } from '../../src/lib/db.ts';
import { newId } from '../../src/lib/ids.ts';
import { silentLog } from '../../src/lib/log.ts';
import {
  type SendDeps,
  sendNotification,
} from '../../src/notifications/sending/send-notification.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { arrangeConversation } from '../support/arrange-conversation.ts';
import { arrangeLead } from '../support/arrange-lead.ts';
import {
  arrangeLeadEvent,
  arrangeTarget,
  leaseIsOver,
  type StoredNotification,
  storedNotifications,
} from '../support/arrange-notifications.ts';
import { diesWhen, handOverAndSend, scriptedNotifier } from '../support/scripted-notifier.ts';
import { recordJobs } from '../support/serve-routes.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { testVault } from '../support/test-vault.ts';

let database: TestDatabase;
let app: Pool;
let tenant: Tenant;
let conversationIds: string[];

const hourly = { everyMinutes: 60 };

beforeAll(async () => {
  database = await createTestDatabase();
  app = database.pool('rapport_app');
});
afterAll(() => database.drop());
beforeEach(async () => {
  tenant = await arrangeTenant(database.owner);
  conversationIds = await Promise.all(
    Array.from({ length: 4 }, () => arrangeConversation(database.owner, tenant)),
  );
});

function sending(notifier = scriptedNotifier()) {
  const deps: SendDeps = {
    app,
    vault: testVault,
    newId,
    now: () => new Date(),
    random: () => 1,
    notifiers: new Map([['slack', notifier]]),
    publicUrl: 'https://rapport.example',
    leaseMs: 60_000,
    publishLook: () => {},
    observeNotification: () => {},
    log: silentLog,
  };
  return { deps, notifier };
}

const stored = () => storedNotifications(database.owner, tenant.userId);
const digests = async () => (await stored()).filter(({ kind }) => kind === 'digest');
const members = async () => (await stored()).filter(({ kind }) => kind === 'event');
const ref = ({ notification_id: notificationId }: StoredNotification) => ({
  userId: tenant.userId,
  notificationId,
});

/** Something happens in a conversation and the team is told. */
async function happen(conversationId: string, details = { from: 'Warm', to: 'Hot' }) {
  const about = { userId: tenant.userId, conversationId };
  await arrangeLeadEvent(database.owner, about, { details });
  const { enqueue, jobs } = recordJobs();
  await tellTeam({ app, newId, now: () => new Date(), enqueue, log: silentLog }, [about]);
  return jobs;
}

describe('a digest', () => {
  it('gathers what a target is told until it is due, and says it in one message', async () => {
    await arrangeTarget(database.owner, tenant.userId, { digest: hourly });
    const jobs: unknown[] = [];
    for (const conversationId of conversationIds) jobs.push(...(await happen(conversationId)));
    const [digest, another] = await digests();
    if (digest === undefined) throw new Error('no digest');
    const { deps, notifier } = sending();

    const early = await sendNotification(deps, ref(digest));
    await leaseIsOver(database.owner, digest.notification_id);
    const due = await sendNotification(deps, ref(digest));

    expect([jobs, another, early]).toEqual([[], undefined, { result: 'nothing_due' }]);
    expect((digest.next_attempt_at?.getTime() ?? 0) - Date.now()).toBeGreaterThan(59 * 60_000);
    expect(due).toEqual({ result: 'sent' });
    expect(notifier.calls).toHaveLength(1);
    const [call] = notifier.calls;
    expect(call?.notification.kind).toBe('digest');
    expect(call?.notification.items.map(({ content }) => content.conversationId).sort()).toEqual(
      conversationIds.toSorted(),
    );
    expect(new Set(call?.notification.items.map(({ openUrl }) => openUrl)).size).toBe(4);
    for (const member of await members()) {
      expect(member).toMatchObject({
        status: 'in_digest',
        digest_id: digest.notification_id,
        sent_at: expect.any(Date),
      });
    }
  });

  it('is one for each target, and what concerns a Hot lead may go past it', async () => {
    const rules = [{ on: 'tag', tags: ['Hot', 'Warm'] }];
    await arrangeTarget(database.owner, tenant.userId, { rules, digest: hourly });
    await arrangeTarget(database.owner, tenant.userId, {
      rules,
      digest: { ...hourly, exceptHot: true },
    });

    const [warm = '', hot = ''] = conversationIds;
    await arrangeLead(database.owner, tenant, { conversationId: hot, tag: 'Hot' });

    await happen(warm, { from: 'Cold', to: 'Warm' });
    await happen(hot, { from: 'Cold', to: 'Hot' });

    expect(await digests()).toHaveLength(2);
    expect((await members()).map(({ status }) => status)).toEqual([
      'in_digest',
      'in_digest',
      'in_digest',
      'pending',
    ]);
  });

  // Seen failing with `and attempts = 0` taken out of the index and of gatheringDigest.
  it('says the same again when it failed, and leaves what came since to the next one', async () => {
    await arrangeTarget(database.owner, tenant.userId, { digest: hourly });
    await happen(conversationIds[0] ?? '');
    const [digest] = await digests();
    if (digest === undefined) throw new Error('no digest');
    await leaseIsOver(database.owner, digest.notification_id);
    const dying = diesWhen('before_handing_over');
    const { deps, notifier } = sending(scriptedNotifier(dying.script));
    void sendNotification(deps, ref(digest));
    await dying.died;
    await happen(conversationIds[1] ?? '');
    notifier.script = handOverAndSend;
    await leaseIsOver(database.owner, digest.notification_id);

    await sendNotification(deps, ref(digest));
    const next = (await digests())[1];
    if (next === undefined) throw new Error('no next digest');
    await leaseIsOver(database.owner, next.notification_id);
    await sendNotification(deps, ref(next));

    const said = notifier.calls.map(({ notification }) =>
      notification.items.map(({ content }) => content.conversationId),
    );
    expect(said).toEqual([[conversationIds[0]], [conversationIds[0]], [conversationIds[1]]]);
  });

  // Seen failing with the lock in gatheringDigest replaced by a plain select of the digest's id.
  it('loses nothing and says nothing twice while events arrive and workers race for it', async () => {
    const targetId = await arrangeTarget(database.owner, tenant.userId, { digest: hourly });
    const { deps, notifier } = sending();
    const events = 30;
    let isOver = false;
    const makeDueAndSend = async () => {
      do {
        await database.owner.query(
          `update notifications set next_attempt_at = now() - interval '1 second'
            where notification_target_id = $1 and status = 'pending'`,
          [targetId],
        );
        for (const digest of await digests()) await sendNotification(deps, ref(digest));
      } while (!isOver);
    };
    const workers = [makeDueAndSend(), makeDueAndSend()];
    const tell = async (from: number) => {
      for (let event = from; event < events; event += 3) {
        await happen(conversationIds[event % 4] ?? '');
      }
    };
    await Promise.all([tell(0), tell(1), tell(2)]);
    isOver = true;
    await Promise.all(workers);
    await makeDueAndSend();

    const planned = await members();
    const said = notifier.calls.flatMap(({ notification }) =>
      notification.items.map(({ openUrl }) => openUrl),
    );
    expect(planned.length).toBeGreaterThan(4);
    expect(planned.every(({ sent_at: sentAt }) => sentAt !== null)).toBe(true);
    expect(said).toHaveLength(planned.length);
    expect(new Set(said).size).toBe(planned.length);
  });

  // Seen failing with splitDigest taken out.
  it('has as many leads as a message can show, and the rest in the next one at once', async () => {
    await arrangeTarget(database.owner, tenant.userId, { digest: hourly });
    for (let event = 0; event < 23; event += 1) await happen(conversationIds[event % 4] ?? '');
    const { deps, notifier } = sending();
    const [gathering] = await digests();
    await leaseIsOver(database.owner, gathering?.notification_id ?? '');

    for (let round = 0; round < 3; round += 1) {
      for (const digest of await digests()) await sendNotification(deps, ref(digest));
    }

    expect(notifier.calls.map(({ notification }) => notification.items.length)).toEqual([
      10, 10, 3,
    ]);
  });

  it('is not sent when all of it was cancelled', async () => {
    await arrangeTarget(database.owner, tenant.userId, { digest: hourly });
    await happen(conversationIds[0] ?? '');
    await database.owner.query(
      `update notifications set status = 'cancelled' where user_id = $1 and status = 'in_digest'`,
      [tenant.userId],
    );
    const [digest] = await digests();
    if (digest === undefined) throw new Error('no digest');
    await leaseIsOver(database.owner, digest.notification_id);
    const { deps, notifier } = sending();

    expect(await sendNotification(deps, ref(digest))).toEqual({ result: 'cancelled' });
    expect((await digests())[0]).toMatchObject({ status: 'cancelled', next_attempt_at: null });
    expect(notifier.calls).toEqual([]);
  });
});
