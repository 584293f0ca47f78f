import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { modelInput } from '../../src/agent/model-input.ts';
import type { TimelineMessage } from '../../src/agent/turn-facts.ts';
import { timelineAttachment, timelineMessage } from './timeline-message.ts';

function input(timeline: TimelineMessage[], given: Partial<Parameters<typeof modelInput>[0]> = {}) {
  return modelInput({
    timeline,
    answeredThrough: 0,
    images: new Map(),
    budgetTokens: 10_000,
    ...given,
  });
}

/** A message of so many tokens by the count on the safe side: three characters each, four for the frame. */
const ofTokens = (tokens: number): string => 'x'.repeat((tokens - 4) * 3);

describe('modelInput', () => {
  it('tells who said what, oldest first, people of the business as the business', () => {
    const timeline = [
      timelineMessage(1, { text: 'hello' }),
      timelineMessage(2, { author: 'ai', text: 'welcome' }),
      timelineMessage(3, { author: 'human', text: 'I am Bea' }),
      timelineMessage(4, { author: 'system', text: 'the number changed' }),
    ];

    expect(input(timeline, { answeredThrough: 4 })).toEqual([
      { role: 'customer', text: 'hello' },
      { role: 'business', text: 'welcome' },
      { role: 'business', text: 'I am Bea' },
      { role: 'customer', text: 'the number changed' },
    ]);
  });

  it('tells which button the customer was shown, so that it is not offered again and again', () => {
    const button = { purpose: 'pricing', label: 'See prices', url: 'https://r.example/r/1' };
    const timeline = [timelineMessage(1, { author: 'ai', text: 'Here.', content: { button } })];

    expect(input(timeline)).toEqual([
      { role: 'business', text: 'Here.\n[A button was shown: See prices]' },
    ]);
  });

  // Seen failing with the timeline told in its own order: a model told so thinks that it has answered.
  it('tells what is unanswered last, also when an answer to something earlier was stored after it', () => {
    const timeline = [
      timelineMessage(1, { text: 'first' }),
      timelineMessage(2, { text: 'second' }),
      timelineMessage(3, { author: 'ai', text: 'answer to the first' }),
    ];

    expect(
      input(timeline, { answeredThrough: 1 }).map((said) => 'text' in said && said.text),
    ).toEqual(['first', 'answer to the first', 'second']);
  });

  it('leaves out what the customer took back and what never reached the customer', () => {
    const timeline = [
      timelineMessage(1, { revoked: true }),
      timelineMessage(2, { author: 'ai', failed: true }),
      timelineMessage(3, { author: 'ai', revoked: true }),
      timelineMessage(4),
    ];

    expect(input(timeline)).toEqual([{ role: 'customer', text: 'text 4' }]);
  });

  it('mentions a customer’s message without a word, and passes over a notice without one', () => {
    const timeline = [
      timelineMessage(1, { text: '' }),
      timelineMessage(2, { author: 'system', text: '' }),
    ];

    expect(input(timeline)).toEqual([
      { role: 'customer', text: '[The customer sent a message without text.]' },
    ]);
  });

  it('mentions a reaction with the answer it is about', () => {
    const [said] = input([timelineMessage(1, { author: 'ai', text: 'Done', reaction: '👍' })]);

    expect(said).toEqual({ role: 'business', text: 'Done\n[The customer reacted with 👍]' });
  });

  // Seen failing with the break taken out of modelInput (everything is told), and with isUnanswered false.
  it('keeps the newest that fits the budget and everything unanswered, whatever it takes', () => {
    const size = fc.integer({ min: 5, max: 60 });
    fc.assert(
      fc.property(
        fc.array(size, { minLength: 1, maxLength: 20 }),
        fc.nat({ max: 19 }),
        fc.integer({ min: 1, max: 300 }),
        (sizes, answered, budgetTokens) => {
          const answeredThrough = Math.min(answered, sizes.length);
          const timeline = sizes.map((tokens, at) =>
            timelineMessage(at + 1, { text: ofTokens(tokens) }),
          );

          const told = input(timeline, { answeredThrough, budgetTokens }).length;

          const tokensOf = (count: number): number =>
            count === 0 ? 0 : sizes.slice(-count).reduce((sum, one) => sum + one, 0);
          const unanswered = sizes.length - answeredThrough;
          const least = Math.max(1, unanswered);
          expect(told).toBeGreaterThanOrEqual(least);
          if (told > least) expect(tokensOf(told)).toBeLessThanOrEqual(budgetTokens);
          if (told < sizes.length) expect(tokensOf(told + 1)).toBeGreaterThan(budgetTokens);
          expect(input(timeline, { answeredThrough, budgetTokens })).toEqual(
            input(timeline).slice(-told),
          );
        },
      ),
    );
  });

  it('tells one message of 100,000 characters cut, says so, and breaks no character in two', () => {
    const [said] = input([timelineMessage(1, { text: `x${'😀'.repeat(50_000)}` })]);

    const text = said?.role === 'customer' ? said.text : '';
    expect(text).toMatch(/\[The message is longer; the rest was cut off\.\]$/);
    expect(text.length).toBeLessThan(24_100);
    expect(text.isWellFormed()).toBe(true);
  });

  it('shows a picture as a picture, and counts what it costs', () => {
    const image = { mimeType: 'image/png', base64: 'AAAA' };
    const attachments = [timelineAttachment()];
    const picture = timelineMessage(2, { type: 'image', text: 'my kitchen', attachments });
    const images = new Map([['att_1', image]]);

    expect(input([picture], { images })).toEqual([
      { role: 'customer', text: 'my kitchen', images: [image] },
    ]);
    const after = { images, answeredThrough: 1, budgetTokens: 1_000 };
    expect(input([timelineMessage(1), picture], after)).toHaveLength(1);
    expect(input([timelineMessage(1), picture], { ...after, budgetTokens: 1_100 })).toHaveLength(2);
  });

  it('describes a picture that it cannot show, a voice note by its words, and a document by its name', () => {
    const timeline = [
      timelineMessage(1, {
        type: 'image',
        text: '',
        attachments: [timelineAttachment({ status: 'failed' })],
      }),
      timelineMessage(2, {
        type: 'audio',
        text: '',
        attachments: [
          timelineAttachment({
            attachmentId: 'att_2',
            kind: 'audio',
            transcript: 'call me at five',
          }),
        ],
      }),
      timelineMessage(3, {
        type: 'document',
        text: 'see this',
        attachments: [
          timelineAttachment({
            attachmentId: 'att_3',
            kind: 'document',
            filename: 'plan.pdf',
            mimeType: 'application/pdf',
          }),
        ],
      }),
    ];

    const texts = input(timeline).map((said) => (said.role === 'customer' ? said.text : ''));

    expect(texts[0]).toContain('image that cannot be shown');
    expect(texts[1]).toContain('call me at five');
    expect(texts[2]).toMatch(/^see this\n.*plan\.pdf/);
  });
});
