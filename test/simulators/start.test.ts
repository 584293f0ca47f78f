import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { customer, type Harness, phoneNumberId, startHarness } from './harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

describe('startSimulators', () => {
  it('can be driven from the same process', async () => {
    const { simulators } = harness;
    simulators.addFault('whatsapp', { action: 'error', code: 130429 });
    simulators.addFault('openai', { action: 'error', status: 503 });

    const written = await simulators.customerWrites({
      phoneNumberId,
      from: { waId: customer },
      text: 'Hi',
    });
    const refused = await harness.send('1');
    await harness.send('2');
    const failed = await harness.model({ model: 'm', input: 'x' });

    expect(written.webhookStatus).toBe(200);
    expect([refused.status, failed.status]).toEqual([400, 503]);
    expect(simulators.sent().map(({ text }) => text)).toEqual(['2']);
    expect(simulators.modelRequests()).toEqual([expect.objectContaining({ outcome: 'error' })]);
    expect(simulators.counters).toMatchObject({ sendsAccepted: 1, sendsRefused: 1 });
    expect(() => simulators.addFault('openai', { action: 'explode' })).toThrow('no such fault');
  });

  it('ends calls that hang when it is closed', async () => {
    harness.simulators.addFault('whatsapp', { action: 'hang' });
    const hanging = harness.send('1').catch(() => 'ended');
    while (harness.simulators.sent({ outcome: 'lost' }).length === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }

    await harness.simulators.close();

    expect(await hanging).toBe('ended');
  });

  it('answers 404 where no simulator is', async () => {
    const response = await fetch(`${harness.simulators.url}/elsewhere`);

    expect(response.status).toBe(404);
  });
});
