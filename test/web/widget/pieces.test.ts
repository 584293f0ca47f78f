import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backoffMs } from '../../../web/widget/backoff.ts';
import { contrast, textOn } from '../../../web/widget/contrast.ts';
import { isOnlyEmoji } from '../../../web/widget/emoji.ts';
import { formErrors } from '../../../web/widget/form-errors.ts';
import { chooseLanguage, fill } from '../../../web/widget/language.ts';
import { readMessage, readSession, readSettings } from '../../../web/widget/read-answer.ts';
import { createSseParser } from '../../../web/widget/sse-parser.ts';
import { openSlot, slotOf } from '../../../web/widget/storage.ts';
import { en } from '../../../web/widget/words/en.ts';
import { languages } from '../../../web/widget/words/languages.ts';

describe('textOn', () => {
  it('is read well on any colour', () => {
    const anyColor = fc
      .integer({ min: 0, max: 0xffffff })
      .map((n) => `#${n.toString(16).padStart(6, '0')}`);
    fc.assert(
      fc.property(anyColor, (color) => {
        expect(contrast(color, textOn(color))).toBeGreaterThanOrEqual(4.5);
      }),
    );
    expect([
      textOn('#ffd500'),
      textOn('#1a3a8f'),
      Math.round(contrast('#ffffff', '#000000')),
    ]).toEqual(['#000000', '#ffffff', 21]);
  });
});

describe('chooseLanguage', () => {
  it.each([
    [['pt-BR'], 'pt-br', 'ltr'],
    [[null, 'AR_eg'], 'ar-eg', 'rtl'],
    [['tlh', undefined, 'de-CH', 'fr'], 'de-ch', 'ltr'],
    [['constructor', '', 'xx'], 'en', 'ltr'],
    [[], 'en', 'ltr'],
  ])('takes of %j the first that the chat speaks: %s', (wishes, tag, direction) => {
    expect(chooseLanguage(wishes)).toMatchObject({ tag, direction });
  });

  it('has every text in every language, with the same places', () => {
    const places = (words: Record<string, string>): string[][] =>
      Object.keys(en).map((name) => words[name]?.match(/\{\w+\}/g) ?? []);
    for (const words of Object.values(languages)) {
      expect(Object.keys(words).sort()).toEqual(Object.keys(en).sort());
      expect(places(words)).toEqual(places(en));
    }
    expect(fill('{n} of {m}', { n: 3 })).toBe('3 of {m}');
  });
});

describe('the event stream', () => {
  it('is read alike wherever it is cut', () => {
    const sent =
      ': beat\n\nid: 4\r\nevent: delta\r\ndata: {"a":\r\ndata: 1}\r\n\r\ndata: x\n\nevent: lost';
    fc.assert(
      fc.property(fc.array(fc.nat(sent.length)), (cuts) => {
        const parse = createSseParser();
        const places = [0, ...cuts.sort((a, b) => a - b), sent.length];
        const events = places.flatMap((at, index) => parse(sent.slice(at, places[index + 1])));
        expect(events).toEqual([
          { name: 'delta', data: '{"a":\n1}' },
          { name: 'message', data: 'x' },
        ]);
      }),
    );
  });
});

describe('a slot', () => {
  const brokenStore = {
    length: 0,
    key: () => null,
    getItem: () => {
      throw new Error('blocked');
    },
    setItem: () => {
      throw new Error('full');
    },
    removeItem: () => undefined,
  };

  it.each([
    ['a browser that blocks its storage', brokenStore],
    ['none', undefined],
  ])('keeps things in memory over %s', (_name, store) => {
    const slot = openSlot(store, 'p:');
    slot.set('out:1', 'a');
    slot.set('token', 'b');

    expect(slot.get('token')).toBe('b');
    expect(slot.list('out:')).toEqual([{ name: 'out:1', value: 'a' }]);
    slot.clear();
    expect([slot.get('token'), slot.list('')]).toEqual([null, []]);
  });

  it('has one name for a person, whatever their token of today, and does not tell it', () => {
    const jwt = (claims: object): string =>
      `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`;
    const [monday, tuesday] = [jwt({ sub: 'ana', exp: 1 }), jwt({ sub: 'ana', exp: 2 })];

    expect(slotOf(monday)).toBe(slotOf(tuesday));
    expect(slotOf(monday)).not.toBe(slotOf(jwt({ sub: 'rui' })));
    expect(slotOf(monday)).not.toContain('ana');
    expect(slotOf('nonsense')).not.toBe(slotOf(undefined));
  });
});

describe('what the server answers', () => {
  it('is read leniently, and never becomes an address that could run', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        readMessage(value, 'https://a.example');
        readSession(value);
        readSettings(value);
      }),
    );
    const message = readMessage(
      {
        messageId: 'm',
        sequenceNo: 1,
        content: { button: { label: 'x', url: 'javascript:alert(1)' } },
        attachments: [
          { attachmentId: 'a', kind: 'image', url: 'javascript:1', thumbnailUrl: '/t' },
        ],
      },
      'https://a.example',
    );
    expect(message).toMatchObject({
      button: null,
      attachments: [{ url: '', thumbnailUrl: 'https://a.example/t' }],
    });
    expect(readSettings({ color: 'red;background:url(x)' }).color).toBeNull();
  });
});

describe('small decisions', () => {
  it('waits longer after each failure, half a minute at most, never twice alike', () => {
    expect([1, 2, 3, 20].map((failures) => backoffMs(failures, 1))).toEqual([
      500, 1_000, 2_000, 30_000,
    ]);
    expect(backoffMs(20, 0)).toBe(15_000);
  });

  it('knows a few emoji from words and numbers', () => {
    expect(['🎉', '👩‍👩‍👧 ❤️', '👍🏽👍🏽👍🏽', '🇵🇹'].map(isOnlyEmoji)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['', '12', '🎉 yes', '🎉🎉🎉🎉', '#', '©2026'].map(isOnlyEmoji)).toEqual(
      Array(6).fill(false),
    );
  });

  it('says what is wrong with a form', () => {
    const fields = [
      { name: 'name' as const, required: true },
      { name: 'email' as const, required: false },
    ];
    expect(formErrors(fields, { name: ' ', email: 'x' })).toEqual({
      name: 'required',
      email: 'badEmail',
    });
    expect(formErrors(fields, { name: 'Ana' })).toEqual({});
  });
});
