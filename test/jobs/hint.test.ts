import { describe, expect, it } from '@jest/globals';
import type { Enqueue } from '../../src/jobs/catalog.ts';
import { hint } from '../../src/jobs/hint.ts';
import { silentLog } from '../../src/lib/log.ts';

const conversations = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ userId: 'usr_a', conversationId: `cnv_${n}` }));

describe('hint', () => {
  it('names every conversation once, in jobs of a bounded size', async () => {
    const jobs: unknown[][] = [];
    const enqueue: Enqueue = async (_name, { items }) => {
      jobs.push(items);
    };

    await hint({ enqueue, log: silentLog }, 'replies.run', conversations(1_201));

    expect(jobs.map((items) => items.length)).toEqual([500, 500, 201]);
    expect(jobs.flat()).toEqual(conversations(1_201));
  });

  it('asks for nothing when there is nowhere to look', async () => {
    const enqueue: Enqueue = () => {
      throw new Error('the test did not expect a job');
    };

    await expect(hint({ enqueue, log: silentLog }, 'sends.run', [])).resolves.toBeUndefined();
  });

  // Seen failing with the try of hint taken out.
  it('leaves the work to the sweep when the queue is away, and says so in the log', async () => {
    const warned: unknown[] = [];
    const log = { ...silentLog, warn: (_: string, fields: unknown) => warned.push(fields) };
    const enqueue: Enqueue = async () => {
      throw new Error('no queue');
    };

    await hint({ enqueue, log }, 'sends.run', conversations(1));

    expect(warned).toEqual([{ job: 'sends.run', error: 'no queue' }]);
  });
});
