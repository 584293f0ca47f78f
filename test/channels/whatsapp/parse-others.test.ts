import { describe, expect, it } from '@jest/globals';
import { parseWhatsApp } from '../../../src/channels/whatsapp/parse.ts';
import { account, fixture, messagesChange, textMessage, webhook } from './parse-fixture.ts';

const at = new Date(1_793_700_005_000);
const status = { type: 'status', account, providerMessageId: 'wamid.TESTOURS==', at };
const customer = { addresses: [{ kind: 'phone', address: '15550100042' }] };

describe('parseWhatsApp of a status', () => {
  it.each([
    ['status-sent', 'sent'],
    ['status-delivered', 'delivered'],
    ['status-read', 'read'],
  ])('reads %s with our reference', (name, progress) => {
    expect(parseWhatsApp(fixture(name))).toEqual([
      { ...status, status: progress, reference: 'msg_01testreference' },
    ]);
  });

  it('counts a voice message that was played as read', () => {
    expect(parseWhatsApp(fixture('status-played'))).toEqual([{ ...status, status: 'read' }]);
  });

  it('needs no phone number', () => {
    expect(parseWhatsApp(fixture('status-user-id-only'))).toEqual([
      { ...status, status: 'delivered' },
    ]);
  });

  it.each([
    ['status-failed-window', 131047, 'reply_window'],
    ['status-failed-undeliverable', 131026, 'message'],
    ['status-failed-payment', 131042, 'account'],
  ])('says of %s why it failed and what that is about', (name, code, refusalScope) => {
    expect(parseWhatsApp(fixture(name))).toMatchObject([
      {
        ...status,
        status: 'failed',
        error: { code, text: expect.any(String), details: expect.any(String) },
        refusalScope,
      },
    ]);
  });

  it('leaves open what a failure is about when another try may help', () => {
    const [event] = parseWhatsApp(fixture('status-failed-rate'));

    expect(event).toMatchObject({ status: 'failed', error: { code: 131056 } });
    expect(event).not.toHaveProperty('refusalScope');
  });

  it('reads a failure without a reason', () => {
    expect(parseWhatsApp(fixture('status-failed-bare'))).toEqual([{ ...status, status: 'failed' }]);
  });

  it('keeps a status that it does not know', () => {
    expect(parseWhatsApp(fixture('status-new'))).toMatchObject([
      { type: 'unknown', reason: 'status not known', payload: { status: { status: 'archived' } } },
    ]);
  });
});

describe('parseWhatsApp of an echo', () => {
  it('reads what a person of the business wrote in the Business app', () => {
    expect(parseWhatsApp(fixture('echo-text'))).toMatchObject([
      {
        type: 'echo',
        account,
        to: customer,
        content: { type: 'text', text: 'I will call you at 5' },
        sentAt: new Date(1_793_700_010_000),
      },
    ]);
    expect(parseWhatsApp(fixture('echo-image'))).toMatchObject([
      { type: 'echo', content: { type: 'image', media: [{ providerMediaId: '5009' }] } },
    ]);
  });

  it('reads one to a customer without a phone number', () => {
    expect(parseWhatsApp(fixture('echo-user-id-only'))).toMatchObject([
      {
        type: 'echo',
        to: {
          addresses: [{ kind: 'whatsapp_user_id', address: 'BR.30003' }],
          username: 'test.customer',
        },
      },
    ]);
  });

  it('keeps one of a kind that it does not know', () => {
    expect(parseWhatsApp(fixture('echo-revoke'))).toMatchObject([
      {
        type: 'unknown',
        reason: 'echo: message type not known',
        payload: { echo: { type: 'revoke' } },
      },
    ]);
  });
});

describe('parseWhatsApp of a call', () => {
  it('keeps each event of a call whole, with who it is from', () => {
    expect(parseWhatsApp(fixture('call-connect'))).toMatchObject([
      {
        type: 'call',
        account,
        providerCallId: 'wacid.TEST1=',
        payload: {
          call: { event: 'connect', session: { sdp_type: 'offer' } },
          contacts: [{ wa_id: '15550100042' }],
          metadata: { phone_number_id: account.accountId },
        },
      },
    ]);
    expect(parseWhatsApp(fixture('call-terminate'))).toMatchObject([
      { type: 'call', payload: { call: { duration: 64 } } },
    ]);
    expect(parseWhatsApp(fixture('call-status'))).toMatchObject([
      { type: 'call', providerCallId: 'wacid.TEST2=', payload: { status: { status: 'RINGING' } } },
    ]);
  });
});

describe('parseWhatsApp of what is about the account', () => {
  it.each([
    ['account-update', 'account_update'],
    ['phone-number-quality-update', 'phone_number_quality_update'],
    ['template-status-update', 'message_template_status_update'],
    ['user-preferences', 'user_preferences'],
    ['group-lifecycle-update', 'group_lifecycle_update'],
    ['history', 'history'],
    ['value-errors', 'errors'],
  ])('reads %s as a notice', (name, field) => {
    expect(parseWhatsApp(fixture(name))).toEqual([
      {
        type: 'account_notice',
        platform: 'whatsapp',
        businessAccountId: '800100200300400',
        field,
        payload: expect.any(Object),
      },
    ]);
  });

  it('keeps a field that it does not know', () => {
    expect(parseWhatsApp(fixture('new-field'))).toMatchObject([
      { type: 'unknown', reason: 'field not known', payload: { change: { field: 'holograms' } } },
    ]);
  });

  it('does not answer what another app answers', () => {
    const standby = {
      field: 'standby',
      value: { metadata: { phone_number_id: '1' }, messages: [textMessage()] },
    };

    expect(parseWhatsApp(webhook(standby))).toMatchObject([
      { type: 'unknown', reason: 'field not known' },
    ]);
  });
});

describe('parseWhatsApp of a batch', () => {
  // Fails when one reading of the whole batch decides: the bad neighbours then hide the good ones.
  it('reads every part in its order, whatever is wrong with its neighbours', () => {
    const events = parseWhatsApp(fixture('batch'));

    expect(
      events.map((event) => {
        switch (event.type) {
          case 'message':
            return event.content.text;
          case 'unknown':
            return event.reason;
          default:
            return event.type;
        }
      }),
    ).toEqual([
      'first',
      'malformed text message: text.body',
      'malformed message: timestamp',
      'malformed message',
      'second',
      'status',
      'malformed status: timestamp',
      'third',
      'account_notice',
    ]);
  });

  it('reads a thousand messages and statuses of one POST', () => {
    const messages = Array.from({ length: 1000 }, (_, index) =>
      textMessage({ id: `wamid.${index}` }),
    );
    const statuses = messages.map(({ id }) => ({ id, status: 'sent', timestamp: '1793700000' }));

    const events = parseWhatsApp(messagesChange({ messages, statuses }));

    expect(events).toHaveLength(2000);
    expect(events[999]).toMatchObject({ type: 'message', providerMessageId: 'wamid.999' });
  });

  it('does not keep a long list of contacts a thousand times', () => {
    const contacts = Array.from({ length: 1000 }, (_, index) => ({
      wa_id: String(15550100000 + index),
    }));
    const messages = contacts.map(({ wa_id }) => textMessage({ from: wa_id, type: 'new' }));

    const events = parseWhatsApp(messagesChange({ contacts, messages }));

    expect(events).toHaveLength(1000);
    expect(JSON.stringify(events).length).toBeLessThan(1_000_000);
  });

  it.each([
    ['no object', null, 'not a WhatsApp webhook'],
    ['another platform', { object: 'instagram', entry: [] }, 'not a WhatsApp webhook'],
    ['no entries', { object: 'whatsapp_business_account' }, 'no entries'],
    ['an empty list', { object: 'whatsapp_business_account', entry: [] }, 'no entries'],
    [
      'an entry without changes',
      { object: 'whatsapp_business_account', entry: [{ id: '1' }] },
      'entry without changes',
    ],
    ['a change without field', webhook({ value: {} }), 'malformed change'],
    ['a change without value', webhook({ field: 'messages' }), 'malformed change: value'],
    ['a change with nothing in it', messagesChange({}), 'change without a known part'],
    [
      'lists with nothing in them',
      messagesChange({ messages: [], statuses: [] }),
      'change without a known part',
    ],
    ['a list that is none', messagesChange({ messages: {} }), 'malformed change: messages'],
    [
      'no phone number id',
      messagesChange({ metadata: {}, messages: [textMessage()] }),
      'malformed change: metadata.phone_number_id',
    ],
    [
      'a notice of nobody',
      {
        object: 'whatsapp_business_account',
        entry: [{ changes: [{ field: 'account_update', value: {} }] }],
      },
      'malformed entry: id',
    ],
  ])('leaves one unknown event of a body with %s', (_case, body, reason) => {
    expect(parseWhatsApp(body)).toMatchObject([{ type: 'unknown', platform: 'whatsapp', reason }]);
  });
});
