import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NotifierKind } from '../../src/notifications/notifier.ts';
import type { Tenant } from '../support/arrange.ts';
import { arrangeTarget, storedNotifications } from '../support/arrange-notifications.ts';
import { eventually } from '../support/eventually.ts';
import { holdRow } from '../support/hold-row.ts';
import type { RapportProcess } from '../support/rapport-process.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
let worker: RapportProcess;

beforeAll(async () => {
  stage = await openStage({ env: { EXTRACTION_IDLE_MS: '300', TURN_LEASE_MS: '1000' } });
  [, worker] = await Promise.all([stage.start('server'), stage.start('worker')]);
});
afterAll(() => stage.close());

/** A business with one target that hears of handovers; `arrived` is what its people have got. */
async function arrange(kind: NotifierKind) {
  const tenant = await stage.tenant();
  const { userId } = tenant;
  const email = `${userId}@example.com`;
  await arrangeTarget(stage.owner, userId, {
    kind,
    rules: [{ on: 'handover' }],
    secret: `whsec_${Buffer.alloc(24, 5).toString('base64')}`,
    address: kind === 'email' ? email : `${stage.simulators.inboxUrl}/${kind}/${userId}`,
  });
  const arrived = (): string[] =>
    kind === 'email'
      ? stage.simulators
          .mails()
          .filter(({ to }) => to.includes(email))
          .map(({ messageId }) => String(messageId))
      : stage.simulators
          .inbox()
          .filter(({ path }) => path.includes(userId))
          .map(({ headers }) => String(headers['webhook-id']));
  const happen = () =>
    stage.write(tenant, stage.customer(), 'Can I talk to a human, please? It is about my order.');
  return { tenant, userId, arrived, happen };
}

async function notificationOf(tenant: Tenant) {
  const [notification, another] = await storedNotifications(stage.owner, tenant.userId);
  expect(another).toBeUndefined();
  return notification;
}

const untilStatus = (tenant: Tenant, wanted: string) =>
  eventually(`a notification that is ${wanted}`, async () => {
    const notification = await notificationOf(tenant);
    return notification?.status === wanted ? notification : undefined;
  });

const untilHandedOver = (tenant: Tenant) =>
  eventually(
    'it is handed over',
    async () => (await notificationOf(tenant))?.handed_over_at !== null,
  );

/** Kills the worker at this moment, and starts another. */
async function killWorker(): Promise<void> {
  await worker.kill();
  worker = await stage.start('worker');
}

/** Longer than a lease and a sweep: whoever would send again has done so. */
const untilNobodyComes = () => new Promise((resolve) => setTimeout(resolve, 1_500));

describe('a worker killed with -9', () => {
  it('while it plans: the team is told once', async () => {
    const { tenant, arrived, happen } = await arrange('slack');
    const held = await holdRow(stage.owner, 'notification_targets', tenant);
    await happen();
    await held.untilSomebodyWaits();

    await worker.kill();
    await held.endWhoWaits();
    await held.release();
    worker = await stage.start('worker');
    await untilStatus(tenant, 'sent');
    await untilNobodyComes();

    expect(arrived()).toHaveLength(1);
  });

  it('while the mail server has nothing yet: the mail is sent, once', async () => {
    const { tenant, arrived, happen } = await arrange('email');
    stage.simulators.addFault('mail', { stage: 'to', action: 'hang' });
    await happen();
    await eventually('somebody sends', async () => (await notificationOf(tenant))?.attempts === 1);

    await killWorker();
    const notification = await untilStatus(tenant, 'sent');
    await untilNobodyComes();

    expect(notification.attempts).toBeGreaterThan(1);
    expect(arrived()).toHaveLength(1);
  });

  it.each(['slack', 'teams'] as const)(
    'when %s may have it: it is not sent again',
    async (kind) => {
      const { tenant, userId, arrived, happen } = await arrange(kind);
      stage.simulators.addFault('inbox', { action: 'hang', path: userId });
      await happen();
      await untilHandedOver(tenant);
      await eventually('it arrives', () => arrived().length === 1);

      await killWorker();
      await untilStatus(tenant, 'unknown');
      await untilNobodyComes();

      expect(arrived()).toHaveLength(1);
    },
  );

  it('when the mail server may have it: it is not sent again', async () => {
    const { tenant, arrived, happen } = await arrange('email');
    stage.simulators.addFault('mail', { stage: 'data', action: 'hang', isKept: true });
    await happen();
    await eventually('it arrives', () => arrived().length === 1);

    await killWorker();
    await untilStatus(tenant, 'unknown');
    await untilNobodyComes();

    expect(arrived()).toHaveLength(1);
  });

  it('when a webhook may have it: it is sent again under the same id', async () => {
    const { tenant, userId, arrived, happen } = await arrange('webhook');
    stage.simulators.addFault('inbox', { action: 'hang', path: userId });
    await happen();
    await eventually('it arrives', () => arrived().length === 1);

    await killWorker();
    const notification = await untilStatus(tenant, 'sent');

    const id = notification.notification_id;
    expect(arrived()).toEqual([id, id]);
  });
});
