import { describe, expect, it } from '@jest/globals';
import {
  longestSearchText,
  type SearchableLead,
  searchable,
  searchPattern,
  searchTextOf,
} from '../../src/leads/search-text.ts';

const lead: SearchableLead = {
  name: 'José Muñoz',
  company: 'Café Łódź',
  email: 'Jose@Example.com',
  phone: '+34 (612) 345-678',
  customerPhone: '34612345678',
};

describe('searchable', () => {
  it.each([
    ['ÉMILE  Zola\n', 'emile zola'],
    ['Straße', 'strasse'],
    ['İstanbul', 'istanbul'],
    ['Ｆｕｌｌ　ｗｉｄｔｈ', 'full width'],
    ['Łódź Ærø Đà Nẵng', 'lodz aero da nang'],
    ['Йод', 'иод'],
    ['مُحَمَّد', 'محمد'],
    ['한국', '한국'],
    ['हिन्दी', 'हिन्दी'],
    ['zero\u200bwidth\u202e', 'zerowidth'],
    ['nul\0 and half \ud800', 'nul and half \ufffd'],
    [' \t ', ''],
  ])('makes %j comparable: %j', (text, expected) => {
    expect(searchable(text)).toBe(expected);
  });

  it('leaves alone what it made', () => {
    for (const text of ['Straße', '한국 각', 'Ǆ ﬁ ½ ẞ']) {
      expect(searchable(searchable(text))).toBe(searchable(text));
    }
  });
});

describe('searchTextOf', () => {
  it('has names, then how to reach the customer, then what was said', () => {
    expect(searchTextOf(lead, ['Call me: +49 151 23-45 67', 'Hello']).split('\n')).toEqual([
      ' jose munoz cafe lodz',
      'jose@example.com',
      '+34 (612) 345-678',
      '34612345678',
      '34612345678',
      'call me: +49 151 23-45 67',
      '49151234567',
      'hello',
    ]);
  });

  it('keeps to its length however much was said, and keeps the newest', () => {
    const noise = Array.from({ length: 1_000 }, (_, no) => `message ${no} ${'x'.repeat(500)}`);

    const text = searchTextOf(lead, noise);

    expect(text.length).toBeLessThanOrEqual(longestSearchText);
    expect(text).toContain('message 0 ');
    expect(text).not.toContain('message 999');
    expect(searchTextOf(lead, ['😀'.repeat(60_000)]).isWellFormed()).toBe(true);
  });

  it('keeps the first line to names, though nobody knows any or they hold line breaks', () => {
    const nobody = { ...lead, name: null, company: null };

    expect(searchTextOf(nobody, []).split('\n')[0]).toBe(' ');
    expect(searchTextOf({ ...lead, name: 'A\nB' }, []).split('\n')[0]).toBe(' a b cafe lodz');
  });
});

describe('searchPattern', () => {
  it.each([
    ['  ', undefined],
    ['Café', { in: 'everything', pattern: '%cafe%' }],
    ['50%_off\\', { in: 'everything', pattern: '%50\\%\\_off\\\\%' }],
    ['jo', { in: 'names', pattern: '% jo%' }],
    ['%', { in: 'names', pattern: '% \\%%' }],
    ['東京', { in: 'names', pattern: '%東京%' }],
    ['+34 612-345', { in: 'everything', pattern: '%34612345%' }],
    ['0151 2345', { in: 'everything', pattern: '%1512345%' }],
    ['0049 151', { in: 'everything', pattern: '%49151%' }],
    ['1234', { in: 'everything', pattern: '%1234%' }],
  ])('reads %j', (typed, expected) => {
    expect(searchPattern(typed)).toEqual(expected);
  });
});
