import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ModelRequest } from '../../simulators/openai/request-log.ts';
import type { Tenant } from '../support/arrange.ts';
import { eventually } from '../support/eventually.ts';
import { expectSettled, reached } from '../support/expect-settled.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
let endlessBurst: Promise<{ answeredAfter: number; wrote: number }>;

beforeAll(async () => {
  stage = await openStage();
  await Promise.all([stage.start('server'), stage.start('worker'), stage.start('worker')]);
  endlessBurst = writeUntilAnswered();
});
afterAll(() => stage.close());

/** Never rests as long as the quiet period asks, until there is an answer. It runs beside the other tests. */
async function writeUntilAnswered(): Promise<{ answeredAfter: number; wrote: number }> {
  const tenant = await stage.tenant({ settings: { quietMs: 2_000 } });
  const customer = stage.customer();
  const startedAt = performance.now();
  let wrote = 0;
  while (reached(stage, tenant).length === 0 && performance.now() - startedAt < 20_000) {
    await stage.write(tenant, customer, `word ${wrote}`);
    wrote += 1;
    await pause(150);
  }
  const answeredAfter = performance.now() - startedAt;
  await expectSettled(stage, tenant);
  return { answeredAfter, wrote };
}

function modelRequests(words: string): ModelRequest[] {
  return stage.simulators
    .modelRequests()
    .filter(({ body }) => JSON.stringify(body).includes(words));
}

async function untilModelWorks(words: string): Promise<void> {
  await eventually(`the model works on "${words}"`, () =>
    modelRequests(words).some(({ outcome }) => outcome === 'answering'),
  );
}

function texts(tenant: Tenant): string[] {
  return reached(stage, tenant).map(({ text }) => text ?? '');
}

describe('a burst of messages', () => {
  // Seen failing with REPLY_QUIET_MS 0: more than one answer.
  it('gets one answer that mentions each of them', async () => {
    const tenant = await stage.tenant({ settings: { quietMs: 600 } });
    const customer = stage.customer();
    for (const word of ['one', 'two', 'three', 'four', 'five']) {
      await stage.write(tenant, customer, `number ${word}`);
      await pause(60);
    }

    await expectSettled(stage, tenant);

    expect(texts(tenant)).toHaveLength(1);
  });

  // Seen failing with the lease's condition taken out of claimTurns and turn_id out of commitTurns.
  it('is answered once by workers that race for it', async () => {
    const tenant = await stage.tenant({ settings: { quietMs: 0 } });
    const customers = Array.from({ length: 20 }, () => stage.customer());

    await Promise.all(
      customers.map(async (customer) => {
        // The second message gives somebody else a hint while the first one is being answered.
        await stage.write(tenant, customer, `first of ${customer} [[sim:delay 200]]`);
        await untilModelWorks(`first of ${customer}`);
        await stage.write(tenant, customer, `second of ${customer}`);
      }),
    );

    await expectSettled(stage, tenant);
  });
});

describe('a message while the model works', () => {
  // Seen failing with customer_wrote taken out of the turn watch: two answers.
  it('aborts it, and one answer has everything', async () => {
    const tenant = await stage.tenant({ settings: { quietMs: 50 } });
    const customer = stage.customer();
    await stage.write(tenant, customer, 'first thought [[sim:delay 1500]]');
    await untilModelWorks('first thought');

    await stage.write(tenant, customer, 'second thought');

    await expectSettled(stage, tenant);
    expect(texts(tenant)).toHaveLength(1);
    expect(modelRequests('first thought').map(({ outcome }) => outcome)).toEqual([
      'aborted',
      'answered',
    ]);
  });

  // Seen failing with maxRestarts 100: the answer waits for the last message.
  it('aborts it at most twice; what comes later is answered after that', async () => {
    const tenant = await stage.tenant({ settings: { quietMs: 50 } });
    const customer = stage.customer();
    const words = ['first', 'second', 'third', 'fourth'];
    for (const word of words) {
      await stage.write(tenant, customer, `${word} try [[sim:delay 1500]]`);
      await untilModelWorks(`${word} try`);
    }

    await expectSettled(stage, tenant);

    expect(texts(tenant).map((text) => words.filter((word) => text.includes(word)))).toEqual([
      ['first', 'second', 'third'],
      ['fourth'],
    ]);
  });
});

describe('a burst without end', () => {
  // Seen failing with the cap taken out of storeMessages: no answer as long as the customer writes.
  it('is answered while it goes on', async () => {
    const { answeredAfter, wrote } = await endlessBurst;

    expect(answeredAfter).toBeLessThan(20_000);
    expect(wrote).toBeGreaterThan(10);
  }, 40_000);
});
