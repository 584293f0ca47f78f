import { z } from 'zod';
import { type Db, oneRow, type Pool } from '../../lib/db.ts';
import type { NewId } from '../../lib/ids.ts';
import { asTenant } from '../../lib/tenant.ts';
import type { NotificationContent } from '../notification-content.ts';
import { getNotification, type Notification } from '../read-notifications.ts';
import type { NotificationRef } from '../sending/hint-notifications.ts';
import { storeNotification } from '../sending/store-notifications.ts';
import { TooManyTests } from './target-errors.ts';
import { getTarget, type TargetRef } from './targets.ts';

export type TestDeps = {
  app: Pool;
  newId: NewId;
  /** Sends a notification that is due. */
  sendNotification: (ref: NotificationRef) => Promise<unknown>;
};

const maxTestsAnHour = 20;

/**
 * Sends a test message now, in quiet hours too and to a target that is switched off, and answers what became of
 * it. It is tried once. Throws NotFound, TooManyTests.
 */
export async function testTarget(deps: TestDeps, ref: TargetRef): Promise<Notification> {
  const notificationId = await asTenant(deps.app, ref.userId, async (tx) => {
    await getTarget(tx, ref);
    await refuseTooMany(tx, ref);
    const stored = await storeNotification(tx, deps.newId, {
      ...ref,
      kind: 'test',
      leadEventId: null,
      alsoTold: [],
      conversationId: null,
      content: sampleContent,
      digestId: null,
      delivery: { goes: 'now' },
    });
    return stored?.notificationId ?? '';
  });
  await deps.sendNotification({ userId: ref.userId, notificationId });
  return asTenant(deps.app, ref.userId, (tx) =>
    getNotification(tx, { userId: ref.userId, notificationId }),
  );
}

async function refuseTooMany(tx: Db, ref: TargetRef): Promise<void> {
  // One at a time, so that many at once are counted too.
  await tx.query(
    `select from notification_targets
      where user_id = $1 and notification_target_id = $2 for no key update`,
    [ref.userId, ref.notificationTargetId],
  );
  const { tests } = await oneRow(
    tx,
    z.object({ tests: z.number() }),
    `select count(*)::integer as tests from notifications
      where user_id = $1 and notification_target_id = $2 and kind = 'test'
        and created_at > now() - interval '1 hour'`,
    [ref.userId, ref.notificationTargetId],
  );
  if (tests >= maxTestsAnHour) {
    throw new TooManyTests(`A target may be tested ${maxTestsAnHour} times an hour.`);
  }
}

/** A lead that nobody is. */
const sampleContent: NotificationContent = {
  conversationId: null,
  because: 'Test: this is what a notification looks like',
  who: {
    name: 'Ana Example',
    company: 'Example Ltd',
    email: 'ana@example.com',
    phone: null,
    platform: 'whatsapp',
    agentName: 'rapport',
  },
  wants: 'Wants 200 units by the end of the month',
  score: { tag: 'Hot', total: 13, percent: 80 },
  whyNow: ['We need them by Friday next week', 'The budget is approved'],
  promised: ['A price list today'],
};
