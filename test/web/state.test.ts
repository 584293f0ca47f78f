import { describe, expect, it } from '@jest/globals';
import { pageModule } from './page-modules.ts';
import { conversation, happened, message, onPhone, stateAfter, status } from './page-state.ts';

const { thread } = await pageModule('shown');
const { phoneItems, isTyping } = await pageModule('phone-items');

describe('the customer’s phone', () => {
  it('shows what is written at once, then two ticks, then blue ones', () => {
    const written = {
      type: 'writing',
      channel: 'whatsapp',
      message: { localId: 'l1', type: 'text', text: 'Hi', at: 1 },
    };
    const stored = happened('message', message(1, 'customer', { text: 'Hi' }));
    const begun = happened('conversation', conversation);
    const typing = happened('typing', { conversationId: 'cnv_1' });

    expect(onPhone(stateAfter(written))).toEqual(['me: Hi sending']);
    expect(onPhone(stateAfter(written, stored, begun))).toEqual(['me: Hi delivered']);
    expect(onPhone(stateAfter(written, stored, begun, typing))).toEqual(['me: Hi read']);
  });

  it('shows a message once, whether rapport or the answer to the POST is first', () => {
    const written = {
      type: 'writing',
      channel: 'whatsapp',
      message: { localId: 'l1', type: 'text', text: 'Hi', at: 1 },
    };
    const taken = { type: 'written', channel: 'whatsapp', localId: 'l1', ok: true };
    const stored = happened('message', message(1, 'customer', { text: 'Hi' }));
    const begun = happened('conversation', conversation);

    expect(onPhone(stateAfter(written, taken, stored, begun))).toHaveLength(1);
    expect(onPhone(stateAfter(written, stored, taken, begun))).toHaveLength(1);
  });

  it('shows an answer only when it has been sent, and then no more typing', () => {
    const typing = happened('typing', { conversationId: 'cnv_1' }, 1_000);
    const answered = happened('message', message(2, 'ai', { deliveryStatus: 'pending' }));
    const actions = [happened('conversation', conversation), typing, answered];
    const before = stateAfter(...actions);
    const sent = stateAfter(...actions, status(2, 'sent'));

    expect(onPhone(before)).toEqual([]);
    expect(isTyping(before, 2_000)).toBe(true);
    expect(onPhone(sent)).toEqual(['them: text 2 ']);
    expect(isTyping(sent, 2_000)).toBe(false);
  });

  it('does not show an answer that failed', () => {
    const state = stateAfter(
      happened('conversation', conversation),
      happened('message', message(2, 'ai', { deliveryStatus: 'pending' })),
      status(2, 'failed'),
    );

    expect(onPhone(state)).toEqual([]);
    expect(thread(state)[0].deliveryStatus).toBe('failed');
  });

  it('stops typing by itself after 25 seconds', () => {
    const state = stateAfter(
      happened('conversation', conversation),
      happened('typing', { conversationId: 'cnv_1' }, 1_000),
    );

    expect([isTyping(state, 25_999), isTyping(state, 26_000)]).toEqual([true, false]);
  });

  it('keeps the picture of a message that has been stored', () => {
    const written = {
      type: 'writing',
      channel: 'whatsapp',
      message: { localId: 'l1', type: 'image', text: 'See', at: 1, picture: 'data:image/png,x' },
    };
    const state = stateAfter(
      written,
      happened('message', message(1, 'customer', { type: 'image', text: 'See' })),
      happened('conversation', conversation),
    );

    expect(phoneItems(state)).toMatchObject([{ key: 'msg_1', picture: 'data:image/png,x' }]);
  });
});

describe('reduce', () => {
  it('moves a delivery forward only, also by statuses that come before their message', () => {
    const state = stateAfter(
      happened('conversation', conversation),
      status(2, 'read'),
      status(2, 'delivered'),
      happened('message', message(2, 'ai', { deliveryStatus: 'pending' })),
      status(2, 'sent'),
    );

    expect(thread(state)[0].deliveryStatus).toBe('read');
  });

  it('shows the same whether the history or the events come first', () => {
    const events = [
      happened('message', message(3, 'ai', { deliveryStatus: 'pending' })),
      status(3, 'delivered'),
    ];
    const history = [
      { type: 'conversation', conversation },
      {
        type: 'history',
        messages: [
          message(1, 'customer'),
          message(2, 'ai', { deliveryStatus: 'read' }),
          message(3, 'ai', { deliveryStatus: 'sent' }),
        ],
      },
    ];

    expect(onPhone(stateAfter(...events, ...history))).toEqual(
      onPhone(stateAfter(...history, ...events)),
    );
    expect(thread(stateAfter(...events, ...history))[2].deliveryStatus).toBe('delivered');
  });

  it('leaves other customers’ conversations alone', () => {
    const other = { ...conversation, conversationId: 'cnv_2', customerPhone: '15559999999' };
    const state = stateAfter(
      happened('conversation', conversation),
      happened('message', message(1, 'customer')),
      happened('message', {
        ...message(1, 'customer'),
        messageId: 'msg_x',
        conversationId: 'cnv_2',
      }),
      happened('conversation', other),
    );

    expect(onPhone(state)).toEqual(['me: text 1 delivered']);
  });

  it('moves to a new conversation of the same customer', () => {
    const state = stateAfter(
      happened('conversation', conversation),
      happened('message', message(1, 'customer')),
      happened('conversation', { ...conversation, conversationId: 'cnv_3' }),
    );

    expect(onPhone(state)).toEqual([]);
  });
});
