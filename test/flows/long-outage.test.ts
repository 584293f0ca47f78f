import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { expectSettled, reached } from '../support/expect-settled.ts';
import { openStage, type Stage } from '../support/stage.ts';

const settleMs = 2_000;

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ env: { SEND_SETTLE_MS: String(settleMs) } });
});
afterAll(() => stage.close());

describe('everything killed with -9 while a message goes out, and away for longer than sends settle', () => {
  // Seen failing (sent twice) with waitForStatuses left out of the start.
  it('sends it once: the status that waited outside is heard first', async () => {
    const tenant = await stage.tenant();
    const doomed = await stage.start('all');
    stage.simulators.addFault('whatsapp', {
      target: 'send',
      action: 'hang_after_send',
      phoneNumberId: tenant.accountId,
    });
    // What is redelivered comes a while after we are back, as Meta's does.
    stage.simulators.configure({ redeliverAfterMs: 1_500, redeliverMaxMs: 1_500 });

    await stage.write(tenant, stage.customer(), 'the only message');
    await eventually('it has reached the customer', () => reached(stage, tenant).length > 0);
    await doomed.kill();
    await pause(settleMs * 1.5);
    await stage.start('all');

    await expectSettled(stage, tenant);
  });
});
