import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { channelTo } from './channel-to.ts';

const { format } = channelTo('http://127.0.0.1:1');
const bytes = (text: string) => Buffer.byteLength(text);
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** One character of 7 code points and 25 bytes. */
const family = '👨‍👩‍👧‍👦';

describe('instagramChannel.format', () => {
  it('shows Markdown as plain text, because Instagram shows every mark', () => {
    const markdown = [
      '# Prices',
      '',
      '**Tables** from _450_ euros, ~~500~~, `SKU-1`, see [our page](https://casa.example/p).',
      '',
      '- oak',
      '1. pine',
      '',
      '```js',
      'order()',
      '```',
      '| Wood | Price |',
      '|---|---|',
      '| **Oak** | 450 |',
    ].join('\n');

    expect(format(markdown)).toEqual([
      [
        'Prices',
        '',
        'Tables from 450 euros, 500, SKU-1, see our page (https://casa.example/p).',
        '',
        '- oak',
        '1. pine',
        '',
        'order()',
        '- Wood: Oak; Price: 450',
      ].join('\n'),
    ]);
  });

  it('leaves names and sums as they are', () => {
    expect(format('snake_case and 2*3*4 and __init__')).toEqual([
      'snake_case and 2*3*4 and __init__',
    ]);
  });

  // Seen failing with `text.length` as the measure: Instagram refuses the piece.
  it('counts bytes, not characters', () => {
    const pieces = format('Привет всем. '.repeat(90));

    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.every((piece) => bytes(piece) <= 1000)).toBe(true);
    expect(pieces.every((piece) => piece.endsWith('всем.'))).toBe(true);
  });

  it.each([975, 976, 980, 998, 999, 1000])(
    'keeps a character of 7 code points whole that begins at byte %i',
    (start) => {
      const pieces = format(`${'x'.repeat(start)}${family}`);

      expect(pieces.join('')).toBe(`${'x'.repeat(start)}${family}`);
      expect(pieces).toHaveLength(start > 975 ? 2 : 1);
      expect(pieces.at(-1)?.endsWith(family)).toBe(true);
    },
  );

  // Seen failing with the cut at the last byte that fits, in the place of characterEnd.
  it.each([
    ['a family', family],
    ['a flag', '🇵🇹'],
    ['a hand of some colour', '👍🏽'],
    ['a Devanagari cluster', 'क्षि'],
    ['a letter with its accents', 'e\u0301\u0327'],
    ['a keycap', '1️⃣'],
  ])('keeps %s whole that ends at byte 999, 1,000, 1,001 or further', (_, character) => {
    for (let end = 999; end <= 1000 + bytes(character); end += 1) {
      const before = 'x'.repeat(end - bytes(character));
      const pieces = format(`${before}${character}y`);

      expect(pieces.join('')).toBe(`${before}${character}y`);
      expect(pieces[0]).toBe(
        end < 1000 ? `${before}${character}y` : end > 1000 ? before : `${before}${character}`,
      );
    }
  });

  it('makes pieces of at most 1,000 bytes of anything, and loses nothing but space', () => {
    const part = fc.oneof(
      fc.constantFrom(family, '🇵🇹', 'é', 'e\u0301', 'नमस्ते', '你好。', 'a. ', '\n\n', ' '),
      fc.string({ unit: 'grapheme', maxLength: 40 }),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 20, maxLength: 200 }), (parts) => {
        const text = parts.join('').replace(/[\\`*_~#>|<&[\]()!+\-:•\d]/gu, 'x');
        const pieces = format(text);

        expect(pieces.filter((piece) => piece === '' || bytes(piece) > 1000)).toEqual([]);
        const characters = (value: string) =>
          Array.from(graphemes.segment(value), ({ segment }) => segment).filter(
            (one) => one.trim() !== '',
          );
        expect(pieces.flatMap(characters)).toEqual(characters(text));
      }),
      { numRuns: 200 },
    );
  });
});
