import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { PageQuery, readCursor, toPage } from '../../../src/lib/http/page.ts';

const keys = z.tuple([z.string(), z.number()]);

describe('toPage', () => {
  it('has a cursor only when a row more than asked for was found', () => {
    const pages = [1, 2, 3].map((limit) => toPage(['a', 'b'], limit, (row) => [row]));

    expect(pages.map(({ data }) => data)).toEqual([['a'], ['a', 'b'], ['a', 'b']]);
    expect(pages.map(({ nextCursor }) => nextCursor !== null)).toEqual([true, false, false]);
  });

  it('gives a cursor that leads back to the last row of the page', () => {
    const { nextCursor } = toPage(['a', 'b'], 1, () => ['2026-11-21', 7]);

    expect(readCursor(nextCursor ?? '', keys)).toEqual(['2026-11-21', 7]);
  });
});

describe('readCursor', () => {
  it.each(['x', 'e30', Buffer.from('["a"]').toString('base64url'), '%00', '-'])(
    'refuses %j',
    (cursor) => {
      expect(() => readCursor(cursor, keys)).toThrow('is no cursor');
    },
  );
});

describe('PageQuery', () => {
  it('has 50 as its default', () => {
    expect(PageQuery.parse({})).toEqual({ limit: 50 });
  });

  it.each(['0', '201', '-1', '1.5', 'ten', ''])('refuses a limit of %j', (limit) => {
    expect(PageQuery.safeParse({ limit }).success).toBe(false);
  });
});
