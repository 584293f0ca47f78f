import { describe, expect, it } from '@jest/globals';
import { parseWhatsApp } from '../../../src/channels/whatsapp/parse.ts';
import { account, fixture, messagesChange, textMessage } from './parse-fixture.ts';

const at = new Date(1_793_700_000_000);
const phone = (address: string) => ({ kind: 'phone', address });
const userId = (address: string) => ({ kind: 'whatsapp_user_id', address });

describe('parseWhatsApp of who a customer is', () => {
  it('knows a customer without a phone number by the business-scoped id', () => {
    expect(parseWhatsApp(fixture('text-user-id-only'))).toMatchObject([
      {
        type: 'message',
        from: { addresses: [userId('BR.30003')], name: 'Test Customer', username: 'test.customer' },
      },
    ]);
  });

  it('gives the phone number first when there are both, for that is where to send', () => {
    expect(parseWhatsApp(fixture('text-phone-and-user-id'))).toMatchObject([
      { from: { addresses: [phone('15550100042'), userId('US.10001')] } },
    ]);
  });

  it('gives a phone number as digits, however it is written', () => {
    expect(
      parseWhatsApp(messagesChange({ messages: [textMessage({ from: '+1 (555) 010-0042' })] })),
    ).toMatchObject([{ from: { addresses: [phone('15550100042')] } }]);
  });

  it('gives each message of a batch the name of its own sender', () => {
    const events = parseWhatsApp(
      messagesChange({
        contacts: [
          { profile: { name: 'One' }, wa_id: '15550100001' },
          { profile: { name: 'Two' }, wa_id: '15550100002', user_id: 'US.2' },
          null,
        ],
        messages: [
          textMessage({ from: '15550100002' }),
          textMessage({ from: undefined, from_user_id: 'US.2' }),
          textMessage({ from: '15550100001' }),
          textMessage({ from: '15550100003' }),
        ],
      }),
    );

    expect(events).toMatchObject([
      { from: { name: 'Two', addresses: [phone('15550100002'), userId('US.2')] } },
      { from: { name: 'Two', addresses: [phone('15550100002'), userId('US.2')] } },
      { from: { name: 'One', addresses: [phone('15550100001')] } },
      { from: { addresses: [phone('15550100003')] } },
    ]);
    expect(events[3]).not.toHaveProperty('from.name');
  });

  it('takes the only contact for the sender of a message that names none, and none of several', () => {
    const one = { profile: { name: 'One' }, user_id: 'US.1' };
    const nameless = { messages: [textMessage({ from: undefined })] };

    expect(parseWhatsApp(messagesChange({ contacts: [one], ...nameless }))).toMatchObject([
      { from: { addresses: [userId('US.1')], name: 'One' } },
    ]);
    expect(
      parseWhatsApp(messagesChange({ contacts: [one, { user_id: 'US.2' }], ...nameless })),
    ).toMatchObject([{ type: 'unknown', reason: 'message from nobody' }]);
  });

  it('reads a change of number as a notice and as a change of identity', () => {
    expect(parseWhatsApp(fixture('system-changed-number'))).toMatchObject([
      {
        type: 'message',
        from: { addresses: [phone('15550100042'), phone('15550100043')] },
        content: {
          type: 'system',
          text: 'User Test Customer changed from 15550100042 to 15550100043',
          details: { kind: 'user_changed_number' },
        },
        expectsReply: false,
      },
      {
        type: 'identity_change',
        account,
        previous: phone('15550100042'),
        current: phone('15550100043'),
        at,
      },
    ]);
  });

  it('reads a change of number and id at once as two changes', () => {
    expect(parseWhatsApp(fixture('system-changed-number-and-id')).slice(1)).toEqual([
      {
        type: 'identity_change',
        account,
        previous: phone('15550100042'),
        current: phone('15550100043'),
        at,
      },
      {
        type: 'identity_change',
        account,
        previous: userId('US.10001'),
        current: userId('US.20002'),
        at,
      },
    ]);
  });

  it('reads a change of id of a customer without a phone number', () => {
    expect(parseWhatsApp(fixture('system-changed-user-id'))).toMatchObject([
      {
        type: 'message',
        from: { addresses: [userId('US.10001'), userId('US.20002')] },
        expectsReply: false,
      },
      {
        type: 'identity_change',
        account,
        previous: userId('US.10001'),
        current: userId('US.20002'),
        at,
      },
    ]);
  });

  // Fails with the $ of CHANGED taken out: a customer could take over another's identity by a name that reads like a notice.
  it('takes the previous id from the end of an older notice, not from the name in it', () => {
    expect(parseWhatsApp(fixture('system-changed-user-id-older')).slice(1)).toEqual([
      {
        type: 'identity_change',
        account,
        previous: userId('US.10001'),
        current: userId('US.20002'),
        at,
      },
    ]);
  });

  it('reports no change that it cannot be sure of', () => {
    const system = (members: Record<string, unknown>) =>
      parseWhatsApp(
        messagesChange({ messages: [textMessage({ type: 'system', system: members })] }),
      ).map(({ type }) => type);

    expect(
      system({
        type: 'user_changed_user_id',
        user_id: 'US.2',
        body: 'User changed from US.1 to US.3',
      }),
    ).toEqual(['message']);
    expect(system({ type: 'user_changed_number', wa_id: 'unknown' })).toEqual(['message']);
    expect(system({ type: 'user_changed_number', wa_id: '15550100042' })).toEqual(['message']);
    expect(system({ type: 'customer_identity_changed', wa_id: '15550100043' })).toEqual([
      'message',
    ]);
  });

  it('reads a notice of another security code as a notice alone', () => {
    expect(parseWhatsApp(fixture('system-identity-changed'))).toMatchObject([
      {
        type: 'message',
        from: { addresses: [phone('15550100042')] },
        content: {
          type: 'system',
          details: { kind: 'customer_identity_changed', identity: 'h4sh' },
        },
        expectsReply: false,
      },
    ]);
  });

  it('reads the field for changes of id', () => {
    expect(parseWhatsApp(fixture('user-id-update'))).toEqual([
      {
        type: 'identity_change',
        account,
        previous: userId('US.10001'),
        current: userId('US.20002'),
        at,
      },
    ]);
  });
});
