import { expect, it } from '@jest/globals';
import { runEach } from '../../src/lib/run-each.ts';

// Seen failing with the catch taken out: the third task never ran.
it('runs what comes after a failure, and tells the failure by its name', async () => {
  const ran: string[] = [];
  const failures: unknown[] = [];
  const gone = new Error('permission denied');

  await runEach(
    [
      { name: 'first', run: async () => ran.push('first') },
      { name: 'second', run: () => Promise.reject(gone) },
      { name: 'third', run: async () => ran.push('third') },
    ],
    (name, error) => failures.push({ name, error }),
  );

  expect(ran).toEqual(['first', 'third']);
  expect(failures).toEqual([{ name: 'second', error: gone }]);
});

it('runs one task at a time, in their order', async () => {
  const told: string[] = [];
  const slow = (name: string, ms: number) => ({
    name,
    run: async () => {
      told.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, ms));
      told.push(`${name} ends`);
    },
  });

  await runEach([slow('a', 20), slow('b', 1)], () => undefined);

  expect(told).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});
