import { describe, expect, it } from '@jest/globals';
import { parseInstagram } from '../../../src/channels/instagram/parse.ts';
import { account, byCustomer, customer, fixture, webhook } from './parse-fixture.ts';

const sentAt = new Date(1_793_700_000_123);
const from = { addresses: [customer] };
const cdn = (id: string | number) =>
  `https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=${id}&signature=abc`;
const said = (content: object, more: object = {}) => ({
  type: 'message',
  account,
  providerMessageId: 'm.test0001',
  from,
  content: { text: '', details: {}, media: [], ...content },
  expectsReply: true,
  sentAt,
  ...more,
});
const text = (words: string, details: object = {}) => ({ type: 'text', text: words, details });

describe('parseInstagram of what a customer says', () => {
  it.each([
    ['text', said(text('Do you open on Sunday?'))],
    ['text-emoji-rtl', said(text('مرحبا 👩‍👩‍👧‍👦'))],
    ['text-reply', said(text('That one'), { replyToProviderMessageId: 'm.earlier' })],
    [
      'quick-reply',
      said({
        type: 'interactive',
        text: 'See prices',
        details: { kind: 'button_reply', id: 'lnk:pricing', title: 'See prices' },
      }),
    ],
    ['postback', said({ type: 'button', text: 'Opening hours', details: { payload: 'HOURS' } })],
    [
      'postback-without-mid',
      said(
        { type: 'button', text: 'Get started', details: { payload: 'START' } },
        {
          providerMessageId: `postback.${customer.address}.1793700000123`,
          referral: { ref: 'summer', source: 'IGME', type: 'OPEN_THREAD' },
        },
      ),
    ],
    ['image', said({ type: 'image', media: [{ kind: 'image', url: cdn('image') }] })],
    ['video', said({ type: 'video', media: [{ kind: 'video', url: cdn('video') }] })],
    [
      'audio',
      said({ type: 'audio', media: [{ kind: 'audio', isVoiceNote: true, url: cdn('audio') }] }),
    ],
    ['file', said({ type: 'document', media: [{ kind: 'document', url: cdn('file') }] })],
    [
      'several-attachments',
      said({
        type: 'image',
        text: 'My kitchen',
        media: [
          { kind: 'image', url: cdn(1) },
          { kind: 'image', url: cdn(2) },
          { kind: 'video', url: cdn(3) },
        ],
      }),
    ],
    [
      'story-mention',
      said({
        type: 'image',
        details: { kind: 'story_mention' },
        media: [{ kind: 'image', url: cdn('story') }],
      }),
    ],
    [
      'story-reply',
      said({
        ...text('How much is this?', { story: { url: cdn('ours'), id: '18000000000000001' } }),
        media: [{ kind: 'image', url: cdn('ours') }],
      }),
    ],
    ['unsupported', said({ type: 'unsupported' })],
    [
      'text-from-ad',
      said(text('Is it still there?'), {
        referral: expect.objectContaining({ ad_id: '6045246247433', source: 'ADS' }),
      }),
    ],
    ['time-as-date', said(text('Hello'), { sentAt: new Date('2026-11-03T08:00:00Z') })],
  ])('reads %s', (name, expected) => {
    expect(parseInstagram(fixture(name))).toEqual([expected]);
  });

  // Seen failing with `shares` empty: HTML is fetched as if it were a picture, or nothing is shown.
  it.each([
    [
      'shared-post',
      text('Oak table\nhttps://www.instagram.com/p/abc/', {
        shared: [{ kind: 'ig_post', url: 'https://www.instagram.com/p/abc/', title: 'Oak table' }],
      }),
    ],
    [
      'shared-reel',
      text('Like this', {
        shared: [
          { kind: 'ig_reel', url: 'https://www.instagram.com/reel/abc/', title: 'Workshop' },
        ],
      }),
    ],
    [
      'reel',
      text('https://www.instagram.com/reel/xyz/', {
        shared: [{ kind: 'reel', url: 'https://www.instagram.com/reel/xyz/' }],
      }),
    ],
    [
      'share',
      text('https://www.instagram.com/p/old/', {
        shared: [{ kind: 'share', url: 'https://www.instagram.com/p/old/' }],
      }),
    ],
    ['shared-media-id', text('', { shared: [{ kind: 'media', id: '17900000000000001' }] })],
    [
      'shared-story',
      text('https://www.instagram.com/stories/casa/1/', {
        shared: [{ kind: 'ig_story', url: 'https://www.instagram.com/stories/casa/1/' }],
      }),
    ],
  ])('takes the page behind %s for no file', (name, content) => {
    expect(parseInstagram(fixture(name))).toEqual([said(content)]);
  });

  it('keeps an attachment of a kind that nobody knows, and the customer waits for an answer', () => {
    expect(parseInstagram(fixture('new-attachment'))).toEqual([
      said({
        type: 'unsupported',
        details: { attachments: [{ type: 'hologram', payload: { url: cdn('h') } }] },
      }),
    ]);
  });

  it('reads an opened link as something to know and not to answer', () => {
    expect(parseInstagram(fixture('referral'))).toEqual([
      said(
        { type: 'system', details: { kind: 'referral' } },
        {
          providerMessageId: `referral.${customer.address}.1793700000123`,
          expectsReply: false,
          referral: { ref: 'flyer', source: 'IGME-SOURCE-LINK', type: 'OPEN_THREAD' },
        },
      ),
    ]);
  });
});

describe('parseInstagram of what happens to messages', () => {
  const basics = { account, from, sentAt };
  const ours = { targetProviderMessageId: 'm.ours', providerMessageId: 'm.ours' };
  const theirs = { targetProviderMessageId: 'm.test0001', providerMessageId: 'm.test0001' };

  it.each([
    ['reaction', { type: 'reaction', ...basics, ...ours, emoji: '❤' }],
    ['reaction-without-emoji', { type: 'reaction', ...basics, ...ours, emoji: '😆' }],
    ['reaction-removed', { type: 'reaction', ...basics, ...ours, emoji: null }],
    [
      'edit',
      {
        type: 'edit',
        ...basics,
        ...theirs,
        // It says nothing else: what the message was about stays.
        content: { text: 'Do you open on Monday?' },
      },
    ],
    ['unsend', { type: 'revoke', ...basics, ...theirs }],
    [
      'seen',
      {
        type: 'status',
        account,
        providerMessageId: 'm.ours',
        status: 'read',
        includesEarlier: true,
        seenBy: customer,
        at: sentAt,
      },
    ],
    [
      'echo',
      {
        type: 'echo',
        mayBeOurs: true,
        account,
        providerMessageId: 'm.ours',
        to: from,
        content: { ...text('We open at nine.'), media: [] },
        sentAt,
      },
    ],
  ])('reads %s', (name, expected) => {
    expect(parseInstagram(fixture(name))).toEqual([expected]);
  });

  it('reads the echo of a picture', () => {
    expect(parseInstagram(fixture('echo-image'))).toMatchObject([
      { type: 'echo', content: { type: 'image', media: [{ kind: 'image' }] } },
    ]);
  });
});

describe('parseInstagram of the four shapes', () => {
  it.each(['shape-changes', 'shape-flat'])('reads the same event in %s', (name) => {
    const [event] = parseInstagram(fixture(name));

    expect([event]).toEqual([said(text('Hello'))]);
  });

  it('reads what another app answers as something to know', () => {
    expect(parseInstagram(fixture('shape-standby'))).toEqual([
      said(text('Hello', { isStandby: true }), { expectsReply: false }),
    ]);
  });

  it('reads every event of every entry, each for its account', () => {
    const events = parseInstagram(fixture('batch'));

    expect(
      events.map((event) => [event.type, 'account' in event ? event.account?.accountId : null]),
    ).toEqual([
      ['message', account.accountId],
      ['message', account.accountId],
      ['message', '17841400000000002'],
      ['comment', '17841400000000002'],
    ]);
  });
});

describe('parseInstagram of comments', () => {
  const sentAt = new Date(1_793_700_000_000);
  const comment = {
    type: 'comment',
    account,
    providerMessageId: '17950000000000001',
    from: { addresses: [customer], username: 'ana' },
    content: {
      ...text('Price?', {
        kind: 'comment',
        commentId: '17950000000000001',
        mediaId: '17900000000000009',
        mediaKind: 'FEED',
        answerableUntil: new Date(sentAt.getTime() + 7 * 86_400_000).toISOString(),
      }),
      media: [],
    },
    sentAt,
  };

  it.each(['comment-flat', 'comment-changes'])('reads the same in %s', (name) => {
    expect(parseInstagram(fixture(name))).toEqual([comment]);
  });

  it('reads a reply to another comment, and one below an ad, which is where the customer came from', () => {
    const details = { parentId: '17950000000000000' };

    expect(parseInstagram(fixture('comment-reply'))).toMatchObject([{ content: { details } }]);
    expect(parseInstagram(fixture('comment-on-ad'))).toMatchObject([
      {
        content: { details: { mediaKind: 'AD', adId: '6045246247433', adTitle: 'Oak week' } },
        referral: { source_type: 'ad', source_id: '6045246247433', headline: 'Oak week' },
      },
    ]);
  });
});

describe('parseInstagram of what nobody acts on', () => {
  it.each([
    ['comment-of-ours', 'a comment of the business'],
    ['comment-of-ours-scoped', 'a comment of the business'],
    ['comment-live', 'a comment on a live broadcast'],
    ['comment-on-live-media', 'a comment on a live broadcast'],
    ['mention', 'a mention of the account'],
    ['comment-of-nobody', 'malformed comment: from'],
    ['self', 'the account writes to itself'],
    ['unsend-ours', 'the business took a message back'],
    ['reaction-ours', 'the business reacted'],
    ['empty-message', 'message without anything known in it'],
    ['new-field', 'field not known'],
    ['new-event', 'event of no known kind'],
  ])('keeps %s with its account and its reason', (name, reason) => {
    expect(parseInstagram(fixture(name))).toMatchObject([
      { type: 'unknown', platform: 'instagram', account, reason },
    ]);
  });

  it('keeps the test of the dashboard, whatever account it names', () => {
    expect(parseInstagram(fixture('dashboard-test'))).toMatchObject([
      { type: 'unknown', reason: 'a test from the dashboard' },
    ]);
  });

  it.each([
    [{}, 'malformed event: sender'],
    [{ sender: { id: '1' }, message: { mid: 'm', is_echo: true } }, 'malformed event: recipient'],
    [byCustomer({ message: { text: 'no id' } }), 'malformed message: mid'],
    ['text', 'malformed event'],
  ])('keeps %j and says why', (event, reason) => {
    expect(parseInstagram(webhook(event))).toMatchObject([{ type: 'unknown', reason }]);
  });
});
