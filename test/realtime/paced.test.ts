import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { paced } from '../../src/realtime/paced.ts';

describe('paced', () => {
  it('makes one run of what is asked for in one tick', async () => {
    let runs = 0;
    const work = async (): Promise<void> => {
      runs += 1;
    };
    const one = paced({ gapMs: 0, work });

    for (let count = 0; count < 100; count += 1) one.ask();
    await pause(20);

    expect(runs).toBe(1);
    await one.close();
  });

  // Seen failing with the loop's `isAsked = false` moved behind the work.
  it('runs again for what is asked for during a run, never two at once', async () => {
    const state = { runs: 0, atOnce: 0, most: 0 };
    const one = paced({
      gapMs: 0,
      work: async () => {
        state.runs += 1;
        state.atOnce += 1;
        state.most = Math.max(state.most, state.atOnce);
        await pause(10);
        state.atOnce -= 1;
      },
    });

    one.ask();
    await pause(5);
    one.ask();
    one.ask();
    await pause(60);

    expect(state).toEqual({ runs: 2, atOnce: 0, most: 1 });
    await one.close();
  });

  // Seen failing with `endGap()` taken out of `hurry`.
  it('does not wait for the gap when it is hurried, and then keeps it again', async () => {
    let runs = 0;
    const work = async (): Promise<void> => {
      runs += 1;
    };
    const one = paced({ gapMs: 60_000, work });
    one.ask();
    await pause(10);

    one.ask();
    await pause(10);
    const afterAsking = runs;
    one.hurry();
    one.hurry();
    await pause(10);
    const afterHurrying = runs;
    one.ask();
    await pause(10);

    expect([afterAsking, afterHurrying, runs]).toEqual([1, 2, 2]);
    await one.close();
  });

  // Seen failing with `isHurried` left out of the gap.
  it('runs again at once when it is hurried during a run', async () => {
    let runs = 0;
    const work = async (): Promise<void> => {
      runs += 1;
      await pause(20);
    };
    const one = paced({ gapMs: 60_000, work });
    one.ask();
    await pause(10);

    one.hurry();
    await pause(40);

    expect(runs).toBe(2);
    await one.close();
  });

  it('starts nothing after it was closed, and has waited for what was under way', async () => {
    const done: string[] = [];
    const one = paced({
      gapMs: 60_000,
      work: async () => {
        await pause(20);
        done.push('work');
      },
    });
    one.ask();
    await pause(5);

    await one.close();
    one.ask();
    await pause(20);

    expect(done).toEqual(['work']);
  });
});
