import { describe, expect, it } from '@jest/globals';
import {
  type TemplateOutcome,
  type TemplateToSend,
  whatsappNotifier,
} from '../../src/notifications/notifiers/whatsapp-notifier.ts';
import { sampleNotification, sampleTarget } from './sample-notification.ts';

const options = { templateName: 'hot_lead', templateLanguage: 'en_US' };
const error = { code: 131026, text: 'Message undeliverable' };

async function send(outcome: TemplateOutcome, given: Record<string, unknown> = options) {
  const sent: TemplateToSend[] = [];
  const notifier = whatsappNotifier({
    sendTemplate: async (template, handingOver) => {
      await handingOver();
      sent.push(template);
      return outcome;
    },
  });
  const target = sampleTarget('+351912345678', { options: given });
  return { sent, outcome: await notifier.send(target, sampleNotification(), async () => {}) };
}

describe('whatsappNotifier', () => {
  it('sends the template of its target with what the target wants said', async () => {
    const { sent, outcome } = await send(
      { outcome: 'accepted', providerMessageId: 'wamid.1' },
      { ...options, phoneNumberId: 'phn_1', parameters: ['who', 'score', 'open_url'] },
    );

    expect(outcome).toEqual({ outcome: 'sent', providerMessageId: 'wamid.1' });
    expect(sent).toEqual([
      {
        userId: 'usr_1',
        phoneNumberId: 'phn_1',
        to: '+351912345678',
        name: 'hot_lead',
        language: 'en_US',
        parameters: [
          'Ana Silva, Casa do Mar',
          'Hot · 14 of 15 (90 %)',
          'https://rapport.example/n/a-token',
        ],
        reference: 'ntf_01kasample',
      },
    ]);
  });

  it('fills six parameters unless the target says otherwise', async () => {
    const { sent } = await send({ outcome: 'accepted', providerMessageId: 'wamid.1' });

    expect(sent[0]?.parameters).toHaveLength(6);
  });

  it.each([
    [
      { outcome: 'retry', error, retryAfterMs: 4_000 } as const,
      { outcome: 'retry', error: 'WhatsApp 131026: Message undeliverable', retryAfterMs: 4_000 },
    ],
    [
      { outcome: 'refused', error } as const,
      { outcome: 'refused', error: 'WhatsApp 131026: Message undeliverable' },
    ],
    [
      { outcome: 'unknown', error } as const,
      { outcome: 'unknown', error: 'WhatsApp 131026: Message undeliverable' },
    ],
  ])('passes on what became of it: %j', async (given, expected) => {
    expect((await send(given)).outcome).toEqual(expected);
  });

  it.each([{}, { templateName: '' }, { ...options, parameters: ['nonsense'] }])(
    'sends nothing without a template: %j',
    async (given) => {
      const { sent, outcome } = await send({ outcome: 'refused', error }, given);

      expect(outcome).toEqual({ outcome: 'refused', error: 'the target has no template' });
      expect(sent).toEqual([]);
    },
  );
});
