import { describe, expect, it } from '@jest/globals';
import { type Hint, mergedHints } from '../../src/jobs/merged-hints.ts';

const hint = (name: Hint['name'], delayMs: number, ...ids: string[]): Hint => ({
  name,
  delayMs,
  payload: { items: ids.map((conversationId) => ({ userId: 'usr_1', conversationId })) },
});

describe('mergedHints', () => {
  it('makes one job of what is due together, and names a conversation once', () => {
    const merged = mergedHints([
      hint('replies.run', 0, 'a'),
      hint('replies.run', 0, 'b', 'a'),
      hint('replies.run', 1_200, 'a'),
      hint('sends.run', 0, 'a'),
    ]);

    expect(merged).toEqual([
      hint('replies.run', 0, 'a', 'b'),
      hint('replies.run', 1_200, 'a'),
      hint('sends.run', 0, 'a'),
    ]);
  });

  it('loses no conversation of many', () => {
    const ids = Array.from({ length: 1_700 }, (_, n) => `cnv_${n}`);

    const merged = mergedHints(ids.map((id) => hint('replies.run', 0, id)));

    expect(merged.length).toBeGreaterThan(1);
    expect(merged.flatMap(({ payload }) => payload.items)).toHaveLength(ids.length);
  });
});
