import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cutText, safeJson, safeText } from '../../src/lib/safe-text.ts';

const anyText = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
});
const withTraps = fc
  .array(fc.oneof(anyText, fc.constantFrom('\0', '\ud83d', '\ude00', '😀', '\u202e')))
  .map((parts) => parts.join(''));

describe('safeText', () => {
  it('removes NUL and nothing else around it', () => {
    expect(safeText('a\0b\0')).toBe('ab');
  });

  it('puts U+FFFD in the place of a lone surrogate and leaves a pair alone', () => {
    expect(safeText('a\ud83db😀\ude00')).toBe('a\ufffdb😀\ufffd');
  });

  it('sees the halves of a pair that NUL kept apart', () => {
    expect(safeText('\ud83d\0\ude00')).toBe('😀');
  });

  it('keeps direction marks, joiners and every other character', () => {
    const text = '\u202eabc\u200f \u200d\ufeff é';

    expect(safeText(text)).toBe(text);
  });

  it('keeps 100,000 characters whole', () => {
    const text = 'x'.repeat(100_000);

    expect(safeText(text)).toBe(text);
  });

  // Fails with toWellFormed or the removal of NUL taken out of safeText.
  it('makes of any text one that has no NUL, is well formed and does not change again', () => {
    fc.assert(
      fc.property(withTraps, (text) => {
        const safe = safeText(text);
        expect(safe.includes('\0')).toBe(false);
        expect(safe.isWellFormed()).toBe(true);
        expect(safeText(safe)).toBe(safe);
      }),
    );
  });
});

describe('safeJson', () => {
  it('gives back the very same value when nothing has to change', () => {
    const value = { a: ['b', 1, null, { c: true }] };

    expect(safeJson(value)).toBe(value);
  });

  it('makes strings and keys safe at every depth', () => {
    const value = { 'a\0': ['\ud800', { 'b\udc00': 'c\0' }] };

    expect(safeJson(value)).toEqual({ a: ['\ufffd', { 'b\ufffd': 'c' }] });
  });

  it('keeps a member named __proto__ as a member', () => {
    const value: unknown = JSON.parse('{"__proto__": {"text": "a\\u0000"}}');

    expect(JSON.stringify(safeJson(value))).toBe('{"__proto__":{"text":"a"}}');
  });

  it('puts null where JSON has no word', () => {
    expect(safeJson({ a: Number.POSITIVE_INFINITY, b: undefined, c: 1n, d: Symbol('s') })).toEqual({
      a: null,
      b: null,
      c: null,
      d: null,
    });
  });

  // Fails with the bound taken out: the walk overflows the stack.
  it('cuts what is nested a million levels deep', () => {
    const levels = 1_000_000;
    const value: unknown = JSON.parse('['.repeat(levels) + ']'.repeat(levels));

    expect(JSON.stringify(safeJson(value))).toContain('deeper than 64 levels');
  });

  it('makes of any JSON one whose text has neither NUL nor lone surrogates', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.array(withTraps), (json, texts) => {
        const written = JSON.stringify(
          safeJson([json, texts, Object.fromEntries(texts.map((text) => [text, text]))]),
        );
        expect(written).not.toMatch(/(?<!\\)(?:\\\\)*\\(?:u0000|ud[89a-f])/);
      }),
    );
  });
});

describe('cutText', () => {
  it('counts code points and never cuts a pair', () => {
    expect(cutText('😀😀😀', 2)).toBe('😀😀');
    expect(cutText('abc', 3)).toBe('abc');
    expect(cutText('a😀', 2)).toBe('a😀');
    expect(cutText('', 2)).toBe('');
  });
});
