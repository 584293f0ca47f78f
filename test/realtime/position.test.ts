import { describe, expect, it } from '@jest/globals';
import { comparePositions, formatPosition, parsePosition } from '../../src/realtime/position.ts';

describe('parsePosition', () => {
  it('reads what formatPosition writes, also beyond what a double can hold', () => {
    const position = { xid: 2n ** 64n - 1n, eventId: 2n ** 63n - 1n };

    expect(parsePosition(formatPosition(position))).toEqual(position);
  });

  it('refuses what Postgres could not take', () => {
    const bad = ['', '1', '1-', '-1-1', '1-1 ', `${2n ** 64n}-0`, `0-${2n ** 63n}`, "1-1'"];

    expect(bad.map(parsePosition)).toEqual(bad.map(() => undefined));
  });
});

describe('comparePositions', () => {
  it('orders by transaction, then by event', () => {
    const ordered = ['1-9', '2-0', '2-1', '10-0'].map((text) => parsePosition(text));
    const shuffled = [3, 1, 0, 2].flatMap((index) => ordered[index] ?? []);

    expect(shuffled.sort(comparePositions)).toEqual(ordered);
  });
});
