import { describe, expect, it } from '@jest/globals';
import {
  envelope,
  mediaMessage,
  messagesValue,
  statusesValue,
  statusUpdate,
  textMessage,
} from '../../../simulators/meta/payloads.ts';
import { signWebhook, webhookJson } from '../../../simulators/meta/sign.ts';

const at = new Date('2026-11-20T10:00:00.900Z');

describe('webhook payloads', () => {
  it('have the shape of a customer message', () => {
    const from = { waId: '15550002222', userId: 'US.1', name: 'Ana', username: 'ana' };
    const message = textMessage({ id: 'wamid.1', from, text: 'Hi', at });

    expect(envelope([messagesValue({ phoneNumberId: '1065' }, from, [message])])).toEqual({
      object: 'whatsapp_business_account',
      entry: [
        {
          id: expect.any(String),
          changes: [
            {
              field: 'messages',
              value: {
                messaging_product: 'whatsapp',
                metadata: { display_phone_number: '15555550165', phone_number_id: '1065' },
                contacts: [
                  {
                    profile: { name: 'Ana', username: 'ana' },
                    wa_id: '15550002222',
                    user_id: 'US.1',
                  },
                ],
                messages: [
                  {
                    from: '15550002222',
                    from_user_id: 'US.1',
                    id: 'wamid.1',
                    timestamp: '1795168800',
                    type: 'text',
                    text: { body: 'Hi' },
                  },
                ],
              },
            },
          ],
        },
      ],
    });
  });

  it('leave out the phone of a customer who has none', () => {
    const from = { userId: 'US.1' };
    const media = { id: '1', mimeType: 'audio/ogg', sha256: 'x', voice: true };

    const message = mediaMessage({ id: 'wamid.1', from, at, kind: 'audio', media });

    expect(message).not.toHaveProperty('from');
    expect(message['audio']).toEqual({ mime_type: 'audio/ogg', sha256: 'x', id: '1', voice: true });
  });

  it('carry the error of a failed status', () => {
    const error = { code: 131026, title: 'Message undeliverable', details: 'No WhatsApp' };
    const status = statusUpdate({ messageId: 'wamid.1', status: 'failed', at, error });

    expect(statusesValue({ phoneNumberId: '1' }, [status])).toMatchObject({
      statuses: [
        { status: 'failed', errors: [{ code: 131026, error_data: { details: 'No WhatsApp' } }] },
      ],
    });
  });
});

describe('webhookJson', () => {
  it('writes plain ASCII that parses back to the same', () => {
    const value = { text: 'Olá 👍 https://a/b', lone: '\ud83d' };

    const json = webhookJson(value);

    expect(json).toMatch(/^[\x20-\x7e]+$/);
    expect(json).toContain('https:\\/\\/a\\/b');
    expect(JSON.parse(json)).toEqual(value);
  });
});

describe('signWebhook', () => {
  it('is HMAC-SHA256 in hex over the bytes (RFC 4231, case 2)', () => {
    expect(signWebhook('what do ya want for nothing?', 'Jefe')).toBe(
      'sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });
});
