import { describe, expect, it } from '@jest/globals';
import { parseWhatsApp } from '../../../src/channels/whatsapp/parse.ts';
import { account, fixture, messagesChange, textMessage } from './parse-fixture.ts';

const sentAt = new Date(1_793_700_000_000);
const phone = { kind: 'phone', address: '15550100042' };
const from = { addresses: [phone], name: 'Test Customer' };
const sha256 = 'n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=';

describe('parseWhatsApp of a message', () => {
  it('reads a text with its sender, its account and its time', () => {
    expect(parseWhatsApp(fixture('text'))).toEqual([
      {
        type: 'message',
        account,
        providerMessageId: 'wamid.TEST0001==',
        from,
        content: { type: 'text', text: 'Do you open on Sunday?', details: {}, media: [] },
        expectsReply: true,
        sentAt,
      },
    ]);
  });

  const media = { sha256 };

  it.each([
    [
      'image',
      {
        type: 'image',
        text: 'My kitchen',
        details: {},
        media: [{ kind: 'image', providerMediaId: '5001', mimeType: 'image/jpeg', ...media }],
      },
    ],
    [
      'image-with-url',
      {
        type: 'image',
        text: '',
        media: [
          {
            kind: 'image',
            providerMediaId: '5002',
            mimeType: 'image/png',
            url: 'https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=5002',
            ...media,
          },
        ],
      },
    ],
    [
      'video',
      {
        type: 'video',
        text: 'The leak',
        media: [{ kind: 'video', providerMediaId: '5003', mimeType: 'video/mp4', ...media }],
      },
    ],
    [
      'voice-note',
      {
        type: 'audio',
        text: '',
        media: [
          {
            kind: 'audio',
            providerMediaId: '5004',
            mimeType: 'audio/ogg; codecs=opus',
            isVoiceNote: true,
            ...media,
          },
        ],
      },
    ],
    [
      'audio-file',
      {
        type: 'audio',
        text: '',
        media: [
          {
            kind: 'audio',
            providerMediaId: '5005',
            mimeType: 'audio/mpeg',
            isVoiceNote: false,
            ...media,
          },
        ],
      },
    ],
    [
      'document',
      {
        type: 'document',
        text: 'The plan',
        media: [
          {
            kind: 'document',
            providerMediaId: '5006',
            mimeType: 'application/pdf',
            filename: 'plan.pdf',
            ...media,
          },
        ],
      },
    ],
    [
      'sticker',
      {
        type: 'sticker',
        text: '',
        details: { animated: false },
        media: [{ kind: 'sticker', providerMediaId: '5007', mimeType: 'image/webp', ...media }],
      },
    ],
    [
      'location',
      {
        type: 'location',
        text: '',
        details: {
          latitude: -23.55052,
          longitude: -46.633308,
          name: 'Market Square',
          address: '1 Market Square',
          url: 'https://example.com/square',
        },
      },
    ],
    ['location-bare', { type: 'location', text: '', details: { latitude: 52, longitude: 13.4 } }],
    [
      'contacts',
      {
        type: 'contacts',
        text: '',
        details: {
          contacts: [
            {
              name: { formatted_name: 'Test Plumber', first_name: 'Test' },
              phones: [{ phone: '+1 555-010-0077', wa_id: '15550100077', type: 'WORK' }],
              emails: [{ email: 'plumber@example.com' }],
            },
          ],
        },
      },
    ],
    [
      'button-reply',
      {
        type: 'interactive',
        text: 'Yes, book it',
        details: { kind: 'button_reply', id: 'yes', title: 'Yes, book it' },
      },
    ],
    [
      'list-reply',
      {
        type: 'interactive',
        text: 'Tuesday 10:00',
        details: {
          kind: 'list_reply',
          id: 'slot-2',
          title: 'Tuesday 10:00',
          description: '45 minutes',
        },
      },
    ],
    [
      'flow-reply',
      {
        type: 'interactive',
        text: 'Sent',
        details: {
          kind: 'nfm_reply',
          name: 'flow',
          response: { flow_token: 't1', guests: 4, note: 'ab' },
        },
      },
    ],
    [
      'interactive-product',
      {
        type: 'interactive',
        text: '',
        details: { kind: 'product', product: { catalog_id: '700', product_retailer_id: 'sku-9' } },
      },
    ],
    [
      'template-button',
      { type: 'button', text: 'Stop promotions', details: { payload: 'stop-promotions' } },
    ],
    [
      'order',
      {
        type: 'order',
        text: 'As soon as you can',
        details: {
          catalogId: '700',
          productItems: [
            { productRetailerId: 'sku-9', quantity: 2, itemPrice: 12.5, currency: 'BRL' },
            { productRetailerId: 'sku-10', quantity: 1, itemPrice: 3, currency: 'BRL' },
          ],
        },
      },
    ],
    [
      'unsupported',
      {
        type: 'unsupported',
        text: '',
        details: {
          unsupported: { type: 'poll' },
          errors: [
            {
              code: 131051,
              title: 'Message type unknown',
              message: 'Message type unknown',
              error_data: { details: 'Message type is currently not supported.' },
            },
          ],
        },
      },
    ],
    ['unsupported-bare', { type: 'unsupported', text: '', media: [] }],
  ])('reads %s, and somebody waits for an answer to it', (name, content) => {
    expect(parseWhatsApp(fixture(name))).toMatchObject([
      { type: 'message', from, content, expectsReply: true, sentAt },
    ]);
  });

  it('waits for no answer to the permission to call', () => {
    expect(parseWhatsApp(fixture('call-permission-reply'))).toMatchObject([
      {
        content: {
          type: 'interactive',
          text: '',
          details: {
            kind: 'call_permission_reply',
            response: 'accept',
            isPermanent: false,
            expirationTimestamp: 1793786400,
            responseSource: 'user_action',
          },
        },
        expectsReply: false,
      },
    ]);
  });

  it('reads what a message answers, that it was passed on, and which product it asks about', () => {
    expect(parseWhatsApp(fixture('text-reply'))).toMatchObject([
      { replyToProviderMessageId: 'wamid.TESTOURS==' },
    ]);
    expect(parseWhatsApp(fixture('text-forwarded'))).toMatchObject([
      { content: { details: { forwarded: true, frequentlyForwarded: true } } },
    ]);
    expect(parseWhatsApp(fixture('text-about-product'))).toMatchObject([
      {
        replyToProviderMessageId: 'wamid.TESTPRODUCT==',
        content: {
          details: { referredProduct: { catalog_id: '700', product_retailer_id: 'sku-9' } },
        },
      },
    ]);
  });

  it('keeps the ad or post that opened the chat, as Meta names its members', () => {
    expect(parseWhatsApp(fixture('text-from-ad'))).toMatchObject([
      {
        referral: {
          source_type: 'ad',
          source_id: '120100',
          ctwa_clid: 'clid-test',
          welcome_message: { text: 'Hello, how can we help?' },
        },
      },
    ]);
    expect(parseWhatsApp(fixture('text-from-post'))).toMatchObject([
      { referral: { source_type: 'post' } },
    ]);
    expect(parseWhatsApp(fixture('text'))[0]).not.toHaveProperty('referral');
  });

  it('reads a reaction, and one that was taken back with no emoji or an empty one', () => {
    const reaction = {
      type: 'reaction',
      account,
      from,
      targetProviderMessageId: 'wamid.TESTOURS==',
      sentAt,
    };

    expect(parseWhatsApp(fixture('reaction'))).toMatchObject([{ ...reaction, emoji: '👍' }]);
    expect(parseWhatsApp(fixture('reaction-removed'))).toMatchObject([
      { ...reaction, emoji: null },
    ]);
    expect(parseWhatsApp(fixture('reaction-removed-empty'))).toMatchObject([
      { ...reaction, emoji: null },
    ]);
  });

  it('reads an edit with its new content, and a revoke', () => {
    const target = { account, from, targetProviderMessageId: 'wamid.TESTFIRST==', sentAt };

    expect(parseWhatsApp(fixture('edit-text'))).toMatchObject([
      { type: 'edit', ...target, content: { type: 'text', text: 'At 11, not at 10' } },
    ]);
    expect(parseWhatsApp(fixture('edit-image'))).toMatchObject([
      {
        type: 'edit',
        ...target,
        content: { type: 'image', text: 'The right photo', media: [{ providerMediaId: '5008' }] },
      },
    ]);
    expect(parseWhatsApp(fixture('revoke'))).toMatchObject([{ type: 'revoke', ...target }]);
  });

  it('does not answer a group, nor a type that it does not know', () => {
    expect(parseWhatsApp(fixture('group-text'))).toMatchObject([
      {
        type: 'unknown',
        account,
        reason: 'group message',
        payload: { message: { group_id: 'Z3JvdXA6dGVzdA==' } },
      },
    ]);
    expect(parseWhatsApp(fixture('new-type'))).toMatchObject([
      {
        type: 'unknown',
        account,
        reason: 'message type not known',
        payload: { message: { poll_vote: { option: 'red' } } },
      },
    ]);
  });

  it('makes text safe to store and keeps its direction', () => {
    const [event] = parseWhatsApp(
      messagesChange({
        contacts: [{ profile: { name: 'Te\0st \ud83d' }, wa_id: '15550100042' }],
        messages: [textMessage({ id: 'wamid.\0X', text: { body: 'a\0b \ud83d \u202eabc' } })],
      }),
    );

    expect(event).toMatchObject({
      providerMessageId: 'wamid.X',
      from: { name: 'Test \ufffd' },
      content: { text: 'ab \ufffd \u202eabc' },
    });
  });

  it('keeps a text of 100,000 characters whole', () => {
    const body = '😀'.repeat(50_000);

    expect(
      parseWhatsApp(messagesChange({ messages: [textMessage({ text: { body } })] })),
    ).toMatchObject([{ content: { text: body } }]);
  });

  it('cuts long names at 255 code points and leaves no id cut', () => {
    const [named, ...others] = parseWhatsApp(
      messagesChange({
        contacts: [
          { profile: { name: '😀'.repeat(300), username: 'u'.repeat(300) }, wa_id: '15550100042' },
        ],
        messages: [
          textMessage(),
          textMessage({ id: 'w'.repeat(256) }),
          textMessage({ context: { id: 'w'.repeat(256) } }),
        ],
      }),
    );

    expect(named).toMatchObject({ from: { name: '😀'.repeat(255), username: 'u'.repeat(255) } });
    expect(others).toMatchObject([
      { type: 'unknown', reason: 'malformed message: id' },
      { type: 'message' },
    ]);
    expect(others[1]).not.toHaveProperty('replyToProviderMessageId');
  });

  it.each([
    ['no time', { timestamp: undefined }, 'malformed message: timestamp'],
    ['a time in words', { timestamp: 'yesterday' }, 'malformed message: timestamp'],
    ['a time in milliseconds', { timestamp: '1793700000000' }, 'malformed message: timestamp'],
    ['no id', { id: undefined }, 'malformed message: id'],
    ['an empty id', { id: '\0' }, 'malformed message: id'],
    ['no type', { type: undefined }, 'malformed message: type'],
    ['no sender', { from: undefined }, 'message from nobody'],
    ['a sender that is no address', { from: 'someone' }, 'message from nobody'],
    ['no body', { text: undefined }, 'malformed text message: text'],
    ['a body that is no text', { text: { body: 5 } }, 'malformed text message: text.body'],
    [
      'a type named like a member of every object',
      { type: 'constructor' },
      'message type not known',
    ],
    [
      'an image without id',
      { type: 'image', image: { mime_type: 'image/png' } },
      'malformed image message: id',
    ],
    [
      'a reaction to nothing',
      { type: 'reaction', reaction: { emoji: 'x' } },
      'malformed reaction: message_id',
    ],
    ['an edit of nothing', { type: 'edit', edit: {} }, 'malformed edit: original_message_id'],
    [
      'an edit into an unknown type',
      { type: 'edit', edit: { original_message_id: 'w', message: { type: 'x' } } },
      'message type not known',
    ],
    ['a revoke of nothing', { type: 'revoke' }, 'malformed revoke'],
  ])('keeps as unknown a message with %s', (_case, members, reason) => {
    const message = textMessage(members);

    expect(parseWhatsApp(messagesChange({ messages: [message] }))).toMatchObject([
      {
        type: 'unknown',
        platform: 'whatsapp',
        account,
        reason,
        payload: { message: { type: message['type'] ?? null } },
      },
    ]);
  });

  it('reads a message whose optional members are of other types than expected', () => {
    const odd = textMessage({ context: 'none', referral: [], from_user_id: 7, group_id: null });

    expect(parseWhatsApp(messagesChange({ contacts: 'none', messages: [odd] }))).toMatchObject([
      { type: 'message', from: { addresses: [phone] }, content: { text: 'Hello' } },
    ]);
  });

  it('reads a time that comes as a number', () => {
    expect(
      parseWhatsApp(messagesChange({ messages: [textMessage({ timestamp: 1793700000 })] })),
    ).toMatchObject([{ sentAt }]);
  });
});
