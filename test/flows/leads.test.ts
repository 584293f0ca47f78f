import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../support/arrange.ts';
import { eventually } from '../support/eventually.ts';
import { expectSettled } from '../support/expect-settled.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ env: { EXTRACTION_IDLE_MS: '600' } });
  await stage.start('all');
});
afterAll(() => stage.close());

describe('a conversation that rests', () => {
  it('is read as a lead once, with the words that it is graded by', async () => {
    const tenant = await stage.tenant();
    const customer = stage.customer();
    await stage.write(tenant, customer, 'My name is Ana, we want to order 40 chairs this week');
    await expectSettled(stage, tenant);

    const [lead] = await leadsOf(tenant, 1);

    expect(lead).toMatchObject({ name: 'Ana', is_latest: true, source: 'model' });
    expect(lead?.reasoning.intent.score).toBeGreaterThan(1);
    expect('My name is Ana, we want to order 40 chairs this week').toContain(
      lead?.reasoning.intent.evidence[0]?.quote,
    );
  });

  it('is not read again while nothing new is said', async () => {
    const tenant = await stage.tenant();
    await stage.write(tenant, stage.customer(), 'I need a table for my garden');
    await expectSettled(stage, tenant);
    await leadsOf(tenant, 1);

    await new Promise((resolve) => setTimeout(resolve, 1_500));

    expect(await leadsOf(tenant, 1)).toHaveLength(1);
  });
});

type LeadRow = {
  name: string | null;
  is_latest: boolean;
  source: string;
  lead_status_tag: string;
  reasoning: { intent: { score: number; evidence: { quote: string }[] } };
};

async function leadsOf(tenant: Tenant, atLeast: number): Promise<LeadRow[]> {
  return eventually(`${atLeast} readings`, async () => {
    const { rows } = await stage.owner.query(
      `select name, is_latest, source, lead_status_tag, reasoning from extractions
        where user_id = $1 order by extracted_at`,
      [tenant.userId],
    );
    return rows.length >= atLeast ? rows : undefined;
  });
}
