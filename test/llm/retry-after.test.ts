import { describe, expect, it } from '@jest/globals';
import { retryAfterMs } from '../../src/llm/retry-after.ts';

const now = new Date('2026-11-20T10:00:00Z');
const read = (headers: Record<string, string>) => retryAfterMs((name) => headers[name], now);

describe('retryAfterMs', () => {
  it.each([
    [{ 'retry-after-ms': '250.2' }, 251],
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after-ms': '100', 'retry-after': '9' }, 100],
    [{ 'retry-after-ms': 'soon', 'retry-after': '9' }, 9000],
    [{ 'retry-after': 'Fri, 20 Nov 2026 10:00:07 GMT' }, 7000],
    [{ 'retry-after': 'Fri, 20 Nov 2026 09:59:00 GMT' }, 0],
  ])('reads %j as %i ms', (headers, expected) => {
    expect(read(headers)).toBe(expected);
  });

  it.each([[{}], [{ 'retry-after': 'later' }], [{ 'retry-after': '' }]])(
    'finds nothing in %j',
    (headers) => {
      expect(read(headers)).toBeUndefined();
    },
  );
});
