import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { batched } from '../../src/lib/batch.ts';
import { TransientError } from '../../src/lib/errors.ts';

/** Batches that end when the test says so. */
function heldBatches(options: { maxItems: number; maxConcurrent: number; maxWaiting?: number }) {
  const batches: { items: number[]; end: () => void; fail: (error: Error) => void }[] = [];
  const call = batched<number, string>({
    ...options,
    run: (items) =>
      new Promise((resolve, reject) => {
        const end = (): void => resolve(items.map((item) => `result of ${item}`));
        batches.push({ items, end, fail: reject });
      }),
  });
  return { batches, call };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function afterTurns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await nextTurn();
}

describe('batched', () => {
  // Seen failing with maxItems 1 in the flush: three batches.
  it('gathers the calls of one moment into one', async () => {
    const { batches, call } = heldBatches({ maxItems: 10, maxConcurrent: 1 });

    const results = Promise.all([call(1), call(2), call(3)]);
    await afterTurns();
    batches[0]?.end();

    expect(await results).toEqual(['result of 1', 'result of 2', 'result of 3']);
    expect(batches.map(({ items }) => items)).toEqual([[1, 2, 3]]);
  });

  it('gathers what comes while it is under way, in the order it came', async () => {
    const { batches, call } = heldBatches({ maxItems: 3, maxConcurrent: 1 });
    const first = call(1);
    await afterTurns();

    const others = Promise.all([2, 3, 4, 5].map(call));
    await afterTurns();
    expect(batches).toHaveLength(1);
    for (let at = 0; at < 3; at += 1) {
      batches[at]?.end();
      await afterTurns();
    }

    expect([await first, ...(await others)]).toHaveLength(5);
    expect(batches.map(({ items }) => items)).toEqual([[1], [2, 3, 4], [5]]);
  });

  it('never runs more at once than it may', async () => {
    const { batches, call } = heldBatches({ maxItems: 1, maxConcurrent: 2 });

    const results = Promise.all([1, 2, 3].map(call));
    await afterTurns();
    expect(batches).toHaveLength(2);
    for (const batch of batches) batch.end();
    await afterTurns();
    batches[2]?.end();

    expect(await results).toHaveLength(3);
  });

  it('fails those it took, and goes on with the next', async () => {
    const { batches, call } = heldBatches({ maxItems: 2, maxConcurrent: 1 });

    const settled = Promise.allSettled([1, 2, 3].map(call));
    await afterTurns();
    batches[0]?.fail(new Error('the database went away'));
    await afterTurns();
    batches[1]?.end();

    expect((await settled).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'fulfilled',
    ]);
  });

  it('refuses to gather without end for what does not answer', async () => {
    const { batches, call } = heldBatches({ maxItems: 1, maxConcurrent: 1, maxWaiting: 2 });
    const running = call(1);
    await afterTurns();
    const waiting = [call(2), call(3)];

    await expect(call(4)).rejects.toBeInstanceOf(TransientError);

    for (let at = 0; at < 3; at += 1) {
      batches[at]?.end();
      await afterTurns();
    }
    expect(await Promise.all([running, ...waiting])).toHaveLength(3);
  });

  it('rejects the calls that a batch gave no result', async () => {
    const call = batched<number, string>({
      maxItems: 10,
      maxConcurrent: 1,
      run: async () => ['only one'],
    });

    const [first, second] = await Promise.allSettled([call(1), call(2)]);

    expect(first).toEqual({ status: 'fulfilled', value: 'only one' });
    expect(second.status).toBe('rejected');
  });

  // Seen failing with `isolates` passed over: the good ones fail with the bad ones.
  it('gives each call its own result and lets a bad one fail alone, whatever comes when', async () => {
    const items = fc.array(fc.record({ isBad: fc.boolean(), turns: fc.nat({ max: 3 }) }), {
      maxLength: 30,
    });
    const limits = fc.record({
      maxItems: fc.integer({ min: 1, max: 7 }),
      maxConcurrent: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(items, limits, async (wanted, options) => {
        const call = batched<number, number>({
          ...options,
          isolates: () => true,
          run: async (numbers) => {
            await nextTurn();
            if (numbers.some((number) => wanted[number]?.isBad)) throw new Error('bad');
            return numbers.map((number) => number * 10);
          },
        });

        const settled = await Promise.allSettled(
          wanted.map(async ({ turns }, number) => {
            for (let turn = 0; turn < turns; turn += 1) await nextTurn();
            return call(number);
          }),
        );

        settled.forEach((one, number) => {
          if (wanted[number]?.isBad) expect(one.status).toBe('rejected');
          else expect(one).toEqual({ status: 'fulfilled', value: number * 10 });
        });
      }),
    );
  });
});
