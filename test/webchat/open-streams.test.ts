import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createOpenStreams, type OpenStreams } from '../../src/webchat/open-streams.ts';

let streams: OpenStreams;

afterEach(() => streams.close());

/** A connection that remembers what was done to it. */
function connection() {
  let closed = (): void => undefined;
  const done = { beats: 0, ends: 0 };
  return {
    done,
    beat: () => {
      done.beats += 1;
    },
    end: () => {
      done.ends += 1;
      closed();
    },
    onClose: (callback: () => void) => {
      closed = callback;
    },
  };
}

const connections = (count: number) => Array.from({ length: count }, connection);

describe('streams that are open', () => {
  // Seen failing with one turn for all: none has had a heartbeat yet, or all have.
  it('are kept from looking idle, each in its turn', async () => {
    streams = createOpenStreams({ now: () => new Date(), random: () => 0, heartbeatMs: 600 });
    const all = connections(60);
    for (const one of all) streams.add('vis_1', one);

    await pause(300);
    const early = all.filter(({ done }) => done.beats > 0).length;
    await pause(500);

    expect(early).toBeGreaterThan(0);
    expect(early).toBeLessThan(60);
    expect(all.every(({ done }) => done.beats > 0 && done.ends === 0)).toBe(true);
  });

  // Seen failing with the chance taken out: all three end together.
  it('are not all ended together when they began together', async () => {
    let time = 0;
    let chance = 0;
    streams = createOpenStreams({
      now: () => new Date(time),
      random: () => chance,
      heartbeatMs: 60,
      maxStreamMs: 1_000,
    });
    const all = connections(3);
    for (const [index, one] of all.entries()) {
      chance = index / 2;
      streams.add('vis_1', one);
    }
    const ended: number[] = [];

    for (time of [799, 801, 901, 1_001]) {
      await pause(130);
      ended.push(streams.countOf('vis_1'));
    }

    expect(ended).toEqual([3, 2, 1, 0]);
  });

  it('are counted for each visitor until they close', () => {
    streams = createOpenStreams({ now: () => new Date(), random: () => 0 });
    const [first, second, other] = [connection(), connection(), connection()];
    streams.add('vis_1', first);
    streams.add('vis_1', second);
    streams.add('vis_2', other);

    first.end();

    expect(['vis_1', 'vis_2', 'vis_3'].map(streams.countOf)).toEqual([1, 1, 0]);
  });
});
