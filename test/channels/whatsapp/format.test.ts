import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toWhatsAppText } from '../../../src/channels/whatsapp/format.ts';

describe('toWhatsAppText', () => {
  it.each([
    ['bold', '**now** and __right now__', '*now* and *right now*'],
    ['italic', '*maybe* or _maybe_', '_maybe_ or _maybe_'],
    ['bold and italic at once', '***really***', '_*really*_'],
    ['italic within bold', '**all *of* it**', '*all _of_ it*'],
    ['bold within an underscore', '_**both**_', '_*both*_'],
    ['a triple underscore', '___all of it___', '_*all of it*_'],
    ['a triple star that two marks end', '***a** b* and ***c* d**', '_*a* b_ and *_c_ d*'],
    ['bold that ends inside a word', '**Note:**text', '*Note:*text'],
    ['bold in a script without spaces', '这是**重点**内容', '这是*重点*内容'],
    ['bold beside an emoji', '👍**yes**👍', '👍*yes*👍'],
    ['struck', '~~10~~ 8', '~10~ 8'],
    ['code, untouched inside', '`a_b*c*` and ``a`b``', '`a_b*c*` and ```a`b```'],
    ['a mark that crosses another, as it is', '**a *b** c*', '*a *b* c*'],
    ['an unclosed mark, as it is', '**open and *open', '**open and *open'],
  ])('shows %s', (_case, markdown, shown) => {
    expect(toWhatsAppText(markdown)).toBe(shown);
  });

  it.each([
    'snake_case_word and __init__ and a__b__c',
    '2*3*4 = 24, 2 * 3 * 4, 2**3**4, ~5 minutes',
    'https://example.com/a_b_c?x=__y__&z=*w*',
    'www.example.com/a_b/ or a_b@example.com',
    '👩‍👩‍👧‍👦 🇧🇷 ❤️ 1️⃣',
    '3 < 4 > 2 & <your name> &c; R&D #1 C# [sic] (a) $5',
    'מחיר: 5₪ — مرحبا \u200f!',
    '-5 degrees, 1.5 hours, #hashtag',
  ])('leaves %j as it is', (text) => {
    expect(toWhatsAppText(text)).toBe(text);
  });

  it.each([
    [
      'its words and its address',
      '[our menu](https://e.com/menu_(new))',
      'our menu (https://e.com/menu_(new))',
    ],
    [
      'its address once when the words are the same',
      '[e.com/menu](https://www.e.com/menu/)',
      'https://www.e.com/menu/',
    ],
    ['its address without a title', '[menu](https://e.com "The menu")', 'menu (https://e.com)'],
    ['a bold link', '**[menu](https://e.com)**', '*menu (https://e.com)*'],
    [
      'an image by its words and address',
      '![the map](https://e.com/m.png)',
      'the map (https://e.com/m.png)',
    ],
    ['an image without words', '![](https://e.com/m.png)', 'https://e.com/m.png'],
    ['an address in angle brackets', '<https://e.com/a_b>', 'https://e.com/a_b'],
    ['a mail address', '[write](mailto:us@e.com) or <us@e.com>', 'write (us@e.com) or us@e.com'],
    ['only the words of a link into the page', '[above](#prices)', 'above'],
    ['bold around an address', '**https://e.com/a_b**', '*https://e.com/a_b*'],
  ])('shows of a link %s', (_case, markdown, shown) => {
    expect(toWhatsAppText(markdown)).toBe(shown);
  });

  it('decodes entities and escapes once', () => {
    expect(toWhatsAppText('Fish &amp; chips &lt;3 &#39;now&#39; &#x1F600; &amp;lt;')).toBe(
      "Fish & chips <3 'now' 😀 &lt;",
    );
    expect(toWhatsAppText('\\*not bold\\* 1\\. \\_x\\_ C:\\dir')).toBe('*not bold* 1. _x_ C:\\dir');
    expect(toWhatsAppText('a&#0;b&#xD800;')).toBe('ab\ufffd');
  });

  it('turns the HTML that models mix in into marks and lines', () => {
    expect(toWhatsAppText('one<br>two <b>three</b> <u>four</u>')).toBe('one\ntwo *three* four');
  });

  it('makes headings bold lines, once', () => {
    expect(toWhatsAppText('# Prices\n### **From** *May* ##')).toBe('*Prices*\n*From _May_*');
  });

  it('keeps lists and quotes', () => {
    const markdown =
      '* **One**: a\n+ two\n  - nested\n- [ ] todo\n- [x] done\n\n1. first\n2) second\n\n> quoted *i*';

    expect(toWhatsAppText(markdown)).toBe(
      '- *One*: a\n- two\n  • nested\n- ☐ todo\n- ☑ done\n\n1. first\n2) second\n\n> quoted _i_',
    );
  });

  it('makes a line of each row of a table', () => {
    const markdown =
      '| Plan | Price |\n|------|:---:|\n| Basic | $10 |\n| **Pro** | a \\| b |\n| Free | |\nAfter';

    expect(toWhatsAppText(markdown)).toBe(
      '- Plan: Basic; Price: $10\n- Plan: *Pro*; Price: a | b\n- Plan: Free\nAfter',
    );
  });

  it('keeps a fenced block as it is, without the name of its language', () => {
    const markdown = 'Run:\n```sh\n# **not** a heading\n\n\nls *_a_*\n```\n**done**';

    expect(toWhatsAppText(markdown)).toBe(
      'Run:\n```\n# **not** a heading\n\n\nls *_a_*\n```\n*done*',
    );
  });

  it('keeps to its end a fenced block that was cut off', () => {
    expect(toWhatsAppText('```\nlet a = 1;')).toBe('```\nlet a = 1;\n```');
  });

  it('drops rules, hard line breaks and blank lines beyond one', () => {
    expect(toWhatsAppText('a  \nb\\\n\n\n---\n\n\nc\r\nd\n')).toBe('a\nb\n\nc\nd');
  });

  it('has no text for no text', () => {
    expect(toWhatsAppText(' \n---\n')).toBe('');
  });

  const plainWord = fc.constantFrom(
    'price',
    'Größe',
    'שלום',
    '你好',
    '😀',
    '10',
    'a_b',
    'x@y.z',
    '3.5%',
    "it's",
  );
  const plainText = fc
    .array(plainWord, { minLength: 1, maxLength: 6 })
    .map((words) => words.join(' '));

  it('does not change plain words', () => {
    fc.assert(
      fc.property(plainText, (words) => {
        expect(toWhatsAppText(words)).toBe(words);
      }),
    );
  });

  it('puts WhatsApp marks around whatever is marked', () => {
    fc.assert(
      fc.property(plainText, plainText, plainText, (one, two, three) => {
        expect(toWhatsAppText(`${one} **${two}** *${three}*`)).toBe(`${one} *${two}* _${three}_`);
        expect(toWhatsAppText(`- ~~${one}~~ (**${two}**)`)).toBe(`- ~${one}~ (*${two}*)`);
        expect(toWhatsAppText(`## ${one}\n${two}`)).toBe(`*${one}*\n${two}`);
        expect(toWhatsAppText(`**${one}** [${two}](https://e.com/a_b)`)).toBe(
          `*${one}* ${two} (https://e.com/a_b)`,
        );
      }),
    );
  });

  const marks = [
    '*',
    '**',
    '***',
    '_',
    '__',
    '[',
    ']',
    ')',
    '\n',
    '#',
    '>',
    '<',
    '&',
    '\\',
    '- ',
    '1. ',
    'http://',
    ' ',
    'a',
    '😀',
  ];
  // Two of the first begin a fence, whose language is not shown; a link to its own words shows them once.
  const marksThatHide = ['~~', '(', '`', '```', '](', '|', '|-|', '\ud83d', '\0', '<br>', '&amp;'];
  const mixture = (parts: string[]) =>
    fc.array(fc.constantFrom(...parts), { maxLength: 60 }).map((chosen) => chosen.join(''));

  it('keeps every letter, digit and emoji of any mixture of marks', () => {
    const read = (text: string) => text.replace(/[^\p{L}\p{N}😀]/gu, '');
    fc.assert(
      fc.property(mixture(marks), (markdown) => {
        expect(read(toWhatsAppText(markdown))).toBe(read(markdown));
      }),
      { numRuns: 1000 },
    );
  });

  it('makes of any mixture of marks a text that can be stored and sent', () => {
    fc.assert(
      fc.property(mixture([...marks, ...marksThatHide]), (markdown) => {
        const shown = toWhatsAppText(markdown);
        expect(shown.isWellFormed() && !shown.includes('\0')).toBe(true);
        expect(shown).toBe(shown.trim());
      }),
      { numRuns: 1000 },
    );
  });

  // Fails with the lookarounds of the patterns taken out: a run of back ticks is then tried at each of its lengths.
  it.each([
    '*',
    '**',
    '**a ',
    'a**b',
    '_',
    '`',
    '[',
    '](',
    '[a](',
    '![',
    '<',
    '&',
    '~~',
    '| ',
    '#',
    '\\',
    '> ',
    '``` ',
    'http://',
  ])('formats 100,000 characters of %j in well under a second', (unit) => {
    const markdown = `a ${unit.repeat(Math.ceil(100_000 / unit.length))}`;
    const startedAt = performance.now();

    toWhatsAppText(markdown);

    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});
