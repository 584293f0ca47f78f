import { afterAll, beforeAll, describe, it } from '@jest/globals';
import type { Tenant } from '../support/arrange.ts';
import { eventually } from '../support/eventually.ts';
import { expectSettled, reached } from '../support/expect-settled.ts';
import { type HeldRow, holdRow } from '../support/hold-row.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
const tenants = new Map<string, Tenant>();

/** Brings a conversation to the moment at which its worker is to die. */
type Story = { name: string; reachMoment: (tenant: Tenant) => Promise<void> };

const stories: Story[] = [
  {
    name: 'while the conversation rests, before anybody took the turn',
    reachMoment: async (tenant) => {
      await stage.write(tenant, stage.customer(), 'before the turn');
    },
  },
  {
    name: 'before the model is asked',
    reachMoment: async (tenant) => {
      stage.simulators.addFault('openai', { target: 'transcriptions', action: 'hang' });
      const voice = { type: 'audio', media: { transcript: 'what I said aloud' } };
      await stage.write(tenant, stage.customer(), 'what I said aloud', voice);
      await eventually('the voice note is being transcribed', () =>
        stage.simulators.modelRequests().some(({ path }) => path.endsWith('/transcriptions')),
      );
    },
  },
  {
    name: 'while the model works',
    reachMoment: async (tenant) => {
      stage.simulators.addFault('openai', { action: 'hang', matching: 'during the model' });
      await stage.write(tenant, stage.customer(), 'during the model');
      await eventually('the model works', () =>
        stage.simulators
          .modelRequests()
          .some((request) => JSON.stringify(request).includes('during the model')),
      );
    },
  },
  {
    name: 'while Graph keeps it waiting and never sends',
    reachMoment: async (tenant) => {
      stage.simulators.addFault('whatsapp', { phoneNumberId: tenant.accountId, action: 'hang' });
      await stage.write(tenant, stage.customer(), 'a send that hangs');
      await untilAttempts(tenant, 1);
    },
  },
  {
    name: 'while Graph answers late',
    reachMoment: async (tenant) => {
      const late = { phoneNumberId: tenant.accountId, action: 'delay', delayMs: 1_500 };
      stage.simulators.addFault('whatsapp', late);
      await stage.write(tenant, stage.customer(), 'a late answer');
      await untilAttempts(tenant, 1);
    },
  },
  {
    name: 'after the send and before its record',
    reachMoment: async (tenant) => {
      const accepted = { phoneNumberId: tenant.accountId, action: 'hang_after_send' };
      stage.simulators.addFault('whatsapp', accepted);
      await stage.write(tenant, stage.customer(), 'sent, not recorded');
      await eventually('the customer has it', () => reached(stage, tenant).length === 1);
    },
  },
];

async function untilAttempts(tenant: Tenant, attempts: number): Promise<void> {
  await eventually(`a reply of which ${attempts} attempts are marked`, async () => {
    const found = await stage.owner.query(
      'select from message_delivery_status where user_id = $1 and attempts = $2',
      [tenant.userId, attempts],
    );
    return found.rowCount === 1;
  });
}

async function untilBlockedAtMark(tenant: Tenant, text: string): Promise<HeldRow> {
  const held = await holdRow(stage.owner, 'send_pacing', tenant);
  await stage.write(tenant, stage.customer(), text);
  await untilAttempts(tenant, 0);
  await held.untilSomebodyWaits();
  return held;
}

// Seen failing with the replies taken out of the sweep (before and while the model works: the dead worker
// had used up the hint), with its sends taken out (the send that hangs), and with storeStatuses not moving
// a pending delivery (the late answer and the missing record: sent twice).
describe('a worker killed with -9', () => {
  beforeAll(async () => {
    stage = await openStage();
    const [worker] = await Promise.all([stage.start('worker'), stage.start('server')]);
    for (const { name } of stories) {
      const quietMs = name.startsWith('while the conversation rests') ? 3_000 : 0;
      tenants.set(name, await stage.tenant({ settings: { quietMs } }));
    }

    await Promise.all(stories.map(({ name, reachMoment }) => reachMoment(tenantOf(name))));
    await worker.kill();
    await stage.start('worker');
  });
  afterAll(() => stage.close());

  it.each(stories)('$name: another answers once', ({ name }) =>
    expectSettled(stage, tenantOf(name)),
  );
});

// Seen failing, both, with the sends taken out of the sweep.
describe('a worker killed with -9 between the commit of its reply and the send', () => {
  let unmarked: Tenant;
  let marked: Tenant;

  beforeAll(async () => {
    stage = await openStage();
    const [worker] = await Promise.all([stage.start('worker'), stage.start('server')]);
    [unmarked, marked] = await Promise.all([stage.tenant(), stage.tenant()]);

    const beforeMark = await untilBlockedAtMark(unmarked, 'after the commit');
    const afterMark = await untilBlockedAtMark(marked, 'after the mark');
    await worker.kill();
    await beforeMark.endWhoWaits();
    await Promise.all([beforeMark.release(), afterMark.release()]);
    await untilAttempts(marked, 1);
    await stage.start('worker');
  });
  afterAll(() => stage.close());

  it('before the attempt is marked: another sends it once', () => expectSettled(stage, unmarked));

  it('after the attempt is marked: another sends it once, after the wait', () =>
    expectSettled(stage, marked));
});

function tenantOf(name: string): Tenant {
  const tenant = tenants.get(name);
  if (tenant === undefined) throw new Error(`no tenant for ${name}`);
  return tenant;
}
