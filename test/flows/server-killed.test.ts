import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { expectSettled } from '../support/expect-settled.ts';
import { holdRow } from '../support/hold-row.ts';
import type { RapportProcess } from '../support/rapport-process.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
let server: RapportProcess;

beforeAll(async () => {
  stage = await openStage();
  [server] = await Promise.all([stage.start('server'), stage.start('worker')]);
});
afterAll(() => stage.close());

/** A tenant one of whose customers has a conversation that stands still at the next POST. */
async function arrangeBlockedPost() {
  const tenant = await stage.tenant();
  const customer = stage.customer();
  await stage.write(tenant, customer, 'the first message');
  await expectSettled(stage, tenant);
  const held = await holdRow(stage.owner, 'conversations', tenant);
  const posted = stage.write(tenant, customer, 'the second message');
  await held.untilSomebodyWaits();
  return { tenant, held, posted };
}

// Meta delivers again what was not answered 200; the simulator does the same.
describe('a server killed with -9 in the middle of a POST', () => {
  it('before the commit: the redelivery is stored and answered', async () => {
    const { tenant, held, posted } = await arrangeBlockedPost();

    await server.kill();
    await posted;
    await held.endWhoWaits();
    await held.release();
    server = await stage.start('server');

    await expectSettled(stage, tenant);
  });

  // Seen failing (no reply) with the replies taken out of the sweep.
  it('after the commit and before the 200: the redelivery changes nothing, the reply comes all the same', async () => {
    const { tenant, held, posted } = await arrangeBlockedPost();

    await server.kill();
    await posted;
    // Postgres finishes what the dead server had asked for; no hint follows it.
    await held.release();
    server = await stage.start('server');

    await expectSettled(stage, tenant);
  });
});
