import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../support/arrange.ts';
import { eventually } from '../support/eventually.ts';
import { expectSettled, reached } from '../support/expect-settled.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await Promise.all([stage.start('server'), stage.start('worker'), stage.start('worker')]);
});
afterAll(() => stage.close());

async function handedOver(tenant: Tenant): Promise<number> {
  const { rows } = await stage.owner.query(
    `select count(*)::int as count from conversations
      where user_id = $1 and handled_by = 'human' and handover_reason = 'out_of_credits'`,
    [tenant.userId],
  );
  return rows[0].count;
}

async function notices(tenant: Tenant): Promise<string[]> {
  const { rows } = await stage.owner.query('select kind from notices where user_id = $1', [
    tenant.userId,
  ]);
  return rows.map(({ kind }) => kind);
}

function unanswered(tenant: Tenant): string[] {
  const answered = new Set(reached(stage, tenant).map(({ to }) => to));
  return stage
    .said(tenant)
    .filter(({ customer }) => !answered.has(customer))
    .map(({ text }) => text);
}

describe('a tenant with 3 credits and 6 customers at once', () => {
  // Seen failing with `payable` of commitTurns letting everything through and the check of the balance taken
  // out (four replies, a balance below 0). With the check alone the three others are refused as well.
  it('answers three, hands the others over, tells the tenant once, and goes on after a top-up', async () => {
    const tenant = await stage.tenant({ credits: 3 });
    // All six are with the model before the first of them is charged.
    stage.simulators.configure({ modelLatencyMs: 500 });
    const customers = Array.from({ length: 6 }, () => stage.customer());
    await Promise.all(customers.map((one) => stage.write(tenant, one, `I am ${one}`)));

    await eventually('three are handed over', async () => (await handedOver(tenant)) === 3);
    await eventually('three are answered', () => reached(stage, tenant).length === 3);
    await expectSettled(stage, tenant, { notRepeated: unanswered(tenant) });

    const late = stage.customer();
    await stage.write(tenant, late, `I am ${late}`);
    await eventually('the fourth is handed over', async () => (await handedOver(tenant)) === 4);
    await expectSettled(stage, tenant, { notRepeated: unanswered(tenant) });
    expect(await notices(tenant)).toEqual(['out_of_credits']);

    const toppedUp = await fetch(
      new URL(`/api/v1/users/${tenant.userId}/credits/top-ups`, stage.webhookUrl),
      {
        method: 'POST',
        headers: {
          authorization: 'Bearer an-admin-key-of-tests',
          'idempotency-key': 'the-first-top-up',
          'content-type': 'application/json',
        },
        body: JSON.stringify({ credits: 10, description: 'ten more' }),
      },
    );
    expect(toppedUp.status).toBe(201);
    await eventually('nobody waits for people', async () => (await handedOver(tenant)) === 0);
    await expectSettled(stage, tenant);
  });
});
