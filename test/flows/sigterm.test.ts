import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isFreePort } from '../../src/lib/embedded-postgres/free-port.ts';
import type { Tenant } from '../support/arrange.ts';
import { eventually } from '../support/eventually.ts';
import { expectSettled, reached } from '../support/expect-settled.ts';
import { holdRow } from '../support/hold-row.ts';
import type { RapportProcess } from '../support/rapport-process.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
let server: RapportProcess;
beforeAll(async () => {
  stage = await openStage({ env: { SEND_SETTLE_MS: '3000' } });
  server = await stage.start('server');
});
afterAll(() => stage.close());

async function untilModelWorks(words: string): Promise<void> {
  await eventually('the model works', () =>
    stage.simulators.modelRequests().some(({ body }) => JSON.stringify(body).includes(words)),
  );
}

async function untilAttempts(tenant: Tenant, attempts: number): Promise<void> {
  await eventually(`attempt ${attempts} is marked`, async () => {
    const found = await stage.owner.query(
      'select from message_delivery_status where user_id = $1 and attempts = $2',
      [tenant.userId, attempts],
    );
    return found.rowCount === 1;
  });
}

describe('SIGTERM to a worker', () => {
  it('lets it finish what ends soon, hand back what does not, and exit 0 within 10 s', async () => {
    const worker = await stage.start('worker');
    const tenants = await Promise.all(Array.from({ length: 4 }, () => stage.tenant()));
    const [soon, never, sending, resending] = tenants;
    if (!(soon && never && sending && resending)) throw new Error('there are four tenants');

    stage.simulators.addFault('whatsapp', { phoneNumberId: resending.accountId, action: 'error' });
    stage.simulators.addFault('whatsapp', { phoneNumberId: resending.accountId, action: 'hang' });
    await stage.write(resending, stage.customer(), 'a send of the sweep that hangs');
    await untilAttempts(resending, 2);
    stage.simulators.addFault('whatsapp', { phoneNumberId: sending.accountId, action: 'hang' });
    await stage.write(sending, stage.customer(), 'a send that hangs');
    await untilAttempts(sending, 1);
    stage.simulators.addFault('openai', { action: 'hang', matching: 'no answer' });
    await stage.write(never, stage.customer(), 'no answer from the model');
    await untilModelWorks('no answer');
    await stage.write(soon, stage.customer(), 'a slow answer [[sim:delay 1500]]');
    await untilModelWorks('a slow answer');
    const ended = await worker.stop();

    expect(ended).toEqual({ code: 0, signal: null, afterMs: expect.any(Number) });
    expect(ended.afterMs).toBeLessThan(10_000);
    expect(reached(stage, soon)).toHaveLength(1);
    expect(await leaseOf(never)).toBeNull();
    await stage.start('worker');
    await Promise.all(tenants.map((tenant) => expectSettled(stage, tenant)));
  }, 60_000);
});

async function leaseOf(tenant: Tenant): Promise<unknown> {
  const { rows } = await stage.owner.query(
    'select turn_lease_until as until from conversations where user_id = $1',
    [tenant.userId],
  );
  return rows[0].until;
}

describe('SIGTERM to a server', () => {
  it('lets it answer the POST under way, and exit 0', async () => {
    const tenant = await stage.tenant();
    const customer = stage.customer();
    await stage.start('worker');
    await stage.write(tenant, customer, 'the first message');
    await expectSettled(stage, tenant);
    const held = await holdRow(stage.owner, 'conversations', tenant);
    const posted = stage.write(tenant, customer, 'the second message');
    await held.untilSomebodyWaits();

    const stopped = server.stop();
    const port = Number(new URL(stage.webhookUrl).port);
    await eventually('it takes no new connections', () => isFreePort(port));
    await held.release();

    expect((await posted).webhookStatus).toBe(200);
    expect((await stopped).code).toBe(0);
    await expectSettled(stage, tenant);
  });
});
