import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { plainMarks } from '../../src/channels/markdown/marks.ts';
import { showMarkdown } from '../../src/channels/markdown/show-markdown.ts';
import { toWhatsAppText } from '../../src/channels/whatsapp/format.ts';

const plain = (markdown: string) => showMarkdown(markdown, plainMarks);

const names = [
  '@_names_',
  '@casa_verde_',
  '@__casa__',
  '@_',
  '_first_@shop.example',
  'first_last_@shop.example',
  '_sales_.team@shop.example',
  'https://shop.example/_next_/image_1_',
  'https://shop.example/?a=_x_&b=__y__&c=1',
  'www.shop.example/_a_/_b_',
  'shop.example/_a_/price_list_',
  'shop.example/prices#_oak_tables_',
  'file_name_like_this.pdf',
  '/home/_me_/_drafts_.txt',
  'src/__tests__/a_b_.ts',
  '--_flag_=x',
  '__init__',
  '#_summer_sale_',
  '$_price_',
];

describe('a name in what the model writes', () => {
  // Seen failing with `name` taken out of INLINE, and with isName taken out of runOf.
  it.each(names)('%s comes out as it was written', (name) => {
    expect(plain(name)).toBe(name);
    expect(toWhatsAppText(name)).toBe(name);
    expect(plain(`Ask ${name}, please: ${name}.`)).toBe(`Ask ${name}, please: ${name}.`);
    expect(plain(`(${name}) "${name}"`)).toBe(`(${name}) "${name}"`);
  });

  it('comes out as it was written whatever is marked around it', () => {
    const name = fc.constantFrom(...names);
    fc.assert(
      fc.property(name, name, (one, other) => {
        expect(plain(`**${one}** and _words_ of *${other}*`)).toBe(`${one} and words of ${other}`);
        expect(plain(`_see_ ${one} and __call__ **us** ${other} ~~now~~`)).toBe(
          `see ${one} and __call__ us ${other} now`,
        );
        const ended = one.includes('/') && one.endsWith('_') ? `${one}x` : one;
        expect(plain(`- _see ${ended} there_`)).toBe(`- see ${ended} there`);
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ['_@casa_verde_', '@casa_verde'],
    ['_info@shop.example_', 'info@shop.example'],
    ['**_@casa_**', '@casa'],
    ['_see_, _hear_. (_smell_) “_feel_” — _now_!', 'see, hear. (smell) “feel” — now!'],
    ['Opens:_Monday_', 'Opens:Monday'],
    ['_More at https://shop.example/price_list_', 'More at https://shop.example/price_list'],
    ['_More at shop.example/price_list_', 'More at shop.example/price_list'],
  ])('is no reason to keep the marks of %s', (markdown, shown) => {
    expect(plain(markdown)).toBe(shown);
  });
});
