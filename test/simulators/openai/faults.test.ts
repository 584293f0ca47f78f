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
