import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Harness, startHarness } from '../harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

const ask = (input: string) => harness.model({ model: 'm', input });

describe('POST /_simulator/openai/faults', () => {
  it('fails the matching requests so many times and then answers', async () => {
    await harness.control('POST', '/openai/faults', {
      action: 'error',
      status: 429,
      code: 'rate_limit_exceeded',
      retryAfterMs: 1500,
      matching: 'red',
      times: 2,
    });

    const answers = [await ask('blue'), await ask('red'), await ask('red'), await ask('red')];

    expect(answers.map(({ status }) => status)).toEqual([200, 429, 429, 200]);
    expect(answers[1]?.headers.get('retry-after-ms')).toBe('1500');
    expect(answers[1]?.body).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
  });

  // Seen failing with one target for all responses.
  it('tells the reading of a lead from other responses', async () => {
    const input = JSON.stringify({
      last: null,
      messages: [{ id: 'm1', from: 'customer', text: 'red' }],
    });
    const format = { type: 'json_schema', name: 'lead_reading', schema: { type: 'object' } };
    const read = () => harness.model({ model: 'm', input, text: { format } });
    await harness.control('POST', '/openai/faults', { action: 'error', matching: 'red' });
    await harness.control('POST', '/openai/faults', {
      target: 'extractions',
      action: 'error',
      status: 503,
    });

    const answers = [await read(), await read(), await ask('red'), await ask('red')];

    expect(answers.map(({ status }) => status)).toEqual([503, 200, 500, 200]);
  });

  it('drops the connection', async () => {
    await harness.control('POST', '/openai/faults', { action: 'drop' });

    await expect(ask('hi')).rejects.toThrow();
    expect((await ask('hi')).status).toBe(200);
  });
});

describe('the latency of the model', () => {
  it('holds every answer back', async () => {
    harness.simulators.configure({ modelLatencyMs: 80 });
    const startedAt = performance.now();

    await ask('hi');

    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(79);
  });
});
