import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commentToAnswer } from '../../src/agent/comment-to-answer.ts';
import { decideTurn } from '../../src/agent/decide-turn.ts';
import { commentReply, type LinkButton } from '../../src/agent/reply-pieces.ts';
import { channelTo } from '../channels/instagram/channel-to.ts';
import { timelineMessage } from './timeline-message.ts';

const channel = channelTo('http://127.0.0.1:1');
const readAt = new Date('2026-11-20T12:00:00Z');
const until = new Date('2026-11-27T11:00:00Z');
const target = { kind: 'comment', id: 'c.1', until } as const;
const comment = (sequenceNo: number, id = 'c.1', more: object = {}) =>
  timelineMessage(sequenceNo, {
    content: { kind: 'comment', commentId: id, answerableUntil: until.toISOString() },
    ...more,
  });
const button = (label: string): LinkButton => ({
  purpose: 'pricing',
  label,
  url: `https://r.example/r/${label.length}`,
});
const replyWith = (text: string, buttons: LinkButton[] = []) =>
  commentReply(channel, { text, buttons, comment: target });

describe('commentToAnswer', () => {
  it.each([
    ['the only one', [comment(1)], 0, 'c.1'],
    ['the newest of several', [comment(1), comment(2, 'c.2')], 0, 'c.2'],
    ['one after what is answered', [comment(1), timelineMessage(2), comment(3, 'c.3')], 2, 'c.3'],
    ['none once it is answered', [comment(1)], 1, undefined],
    ['none once the customer has written', [comment(1), timelineMessage(2)], 0, undefined],
    [
      'one before a message taken back',
      [comment(1), timelineMessage(2, { revoked: true })],
      0,
      'c.1',
    ],
    [
      'one before what people wrote',
      [comment(1), timelineMessage(2, { author: 'human' })],
      0,
      'c.1',
    ],
  ])('is %s', (_, timeline, answeredThrough, id) => {
    expect(commentToAnswer({ timeline, answeredThrough, readAt })?.id).toBe(id);
  });

  it('is none after its time', () => {
    const facts = { timeline: [comment(1)], answeredThrough: 0 };

    expect(commentToAnswer({ ...facts, readAt: new Date(until.getTime() - 1) })).toEqual(target);
    expect(commentToAnswer({ ...facts, readAt: until })).toBeUndefined();
  });
});

describe('decideTurn of a comment', () => {
  const facts = {
    timeline: [comment(1)],
    answeredThrough: 0,
    owedThrough: 1,
    isPaused: false,
    credits: 10,
    numberHealth: 'ok',
    isWindowOpen: false,
    readAt,
    attempts: 1,
  };

  it('replies though no reply window is open, and to nothing else then', () => {
    expect(decideTurn(facts, 1)).toEqual({ do: 'reply' });
    expect(decideTurn({ ...facts, timeline: [timelineMessage(1)] }, 1)).toEqual({
      do: 'hand_over',
      because: 'reply_window_closed',
      sayFallback: false,
    });
  });
});

describe('commentReply', () => {
  it('says what it answers', () => {
    expect(replyWith('**Yes**, we do.')).toEqual({
      text: 'Yes, we do.',
      content: { inReplyTo: target },
    });
  });

  it('is cut behind a sentence, and keeps the addresses of buttons', () => {
    const { text } = replyWith('A sentence of this answer. '.repeat(60), [button('See prices')]);

    expect(text).toMatch(/answer\. …\n\nSee prices: https:\/\/r\.example\/r\/10$/);
    expect(Buffer.byteLength(text)).toBeGreaterThan(900);
  });

  // Seen failing with the room for ` …` or for the addresses not taken off.
  it('fits one message whatever it says', () => {
    const part = fc.constantFrom(
      'word ',
      'Слово. ',
      '你好。',
      '👨‍👩‍👧‍👦',
      'नमस्ते ',
      '\n\n',
      'x'.repeat(120),
    );
    const text = fc.array(part, { minLength: 1, maxLength: 400 }).map((parts) => parts.join(''));
    const buttons = fc.array(fc.constantFrom('Prices', 'Цены и сроки', '価格').map(button), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(text, buttons, (words, below) => {
        const reply = replyWith(words, below).text;

        expect(Buffer.byteLength(reply)).toBeLessThanOrEqual(1000);
        expect(reply.isWellFormed()).toBe(true);
        for (const { url } of below) expect(reply).toContain(url);
      }),
      { numRuns: 300 },
    );
  });
});
