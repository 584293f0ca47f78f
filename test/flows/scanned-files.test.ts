import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eicar, type FakeClamd, startFakeClamd } from '../media/intake/fake-clamd.ts';
import type { Tenant } from '../support/arrange.ts';
import { messagesOf } from '../support/ask-api.ts';
import { eventually } from '../support/eventually.ts';
import { expectSettled, reached } from '../support/expect-settled.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
let clamd: FakeClamd;
beforeAll(async () => {
  clamd = await startFakeClamd();
  stage = await openStage({ env: { CLAMD_URL: `tcp://127.0.0.1:${clamd.port}` } });
  await stage.start('all');
});
afterAll(async () => {
  await stage.close();
  await clamd.close();
});

const text = (words: string) => ({
  type: 'document',
  media: {
    base64: Buffer.from(words).toString('base64'),
    mimeType: 'text/plain',
    filename: 'list.txt',
  },
});

async function stateOf(tenant: Tenant): Promise<{ status: string; error: string | null }> {
  const { rows } = await stage.owner.query(
    'select status, error from attachments where user_id = $1',
    [tenant.userId],
  );
  return rows[0] ?? { status: 'none', error: null };
}

describe('with a scanner', () => {
  it('malware is not kept, and the customer hears of it', async () => {
    const tenant = await stage.tenant();
    await stage.write(tenant, stage.customer(), 'see my list', text(`a ${eicar}`));

    await expectSettled(stage, tenant, { notRepeated: ['see my list'] });

    const [answer] = reached(stage, tenant);
    expect(answer?.text).toContain('it was found to contain malware');
    expect(await messagesOf(stage, tenant)).toMatchObject([
      { attachments: [{ status: 'failed', refusal: 'infected' }] },
      { author: 'ai' },
    ]);
  });

  // Seen failing with a scanner that is away taken for one that found nothing.
  it('files wait while it is away, and come when it is back', async () => {
    const tenant = await stage.tenant();
    const customer = stage.customer();
    await stage.write(tenant, customer, 'may I speak to a human?');
    await expectSettled(stage, tenant, { notRepeated: ['may I speak to a human?'] });
    const { port } = clamd;
    await clamd.close();

    await stage.write(tenant, customer, 'my list', text('chairs'));
    await eventually('it was tried', async () => (await stateOf(tenant)).error !== null);
    expect(await stateOf(tenant)).toMatchObject({
      status: 'pending',
      error: expect.stringMatching(/^clamd: /),
    });

    clamd = await startFakeClamd({ port });
    await eventually('it is there', async () => (await stateOf(tenant)).status === 'stored', {
      withinMs: 20_000,
      everyMs: 100,
    });
    expect(clamd.scanned.map(String)).toEqual(['chairs']);
  });
});
