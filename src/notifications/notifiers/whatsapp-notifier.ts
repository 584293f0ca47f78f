import { z } from 'zod';
import type { Notifier, NotifyOutcome } from '../notifier.ts';
import {
  defaultTemplateFields,
  renderTemplateParameters,
  templateFields,
} from './render-whatsapp.ts';

/** What a WhatsApp target needs besides the person's number: an approved template, and what fills its body. */
export const WhatsAppTargetOptions = z.object({
  templateName: z.string().min(1).max(512),
  templateLanguage: z.string().min(2).max(20),
  /** The number it is sent from; any of the tenant's when it is not said. */
  phoneNumberId: z.string().max(50).optional(),
  /** What {{1}}, {{2}}, … of the template's body say, in their order. */
  parameters: z.array(z.enum(templateFields)).max(10).default(defaultTemplateFields),
});
export type WhatsAppTargetOptions = z.infer<typeof WhatsAppTargetOptions>;

/** A template to a person of the business. */
export type TemplateToSend = {
  userId: string;
  phoneNumberId: string | undefined;
  /** The person's number, as the tenant gave it. */
  to: string;
  name: string;
  language: string;
  parameters: string[];
  /** Comes back in the provider's statuses. */
  reference: string;
};

/** What a channel says became of it; a SendOutcome of `src/channels` is one. */
export type TemplateOutcome =
  | { outcome: 'accepted'; providerMessageId: string | null }
  | { outcome: 'retry'; error: ProviderFault; retryAfterMs?: number }
  | { outcome: 'refused'; error: ProviderFault }
  | { outcome: 'unknown'; error: ProviderFault };

type ProviderFault = { code: number; text: string };

/**
 * Sends a template from a number of the tenant's. Awaits `handingOver` when everything is ready, right before the
 * call; passes on what it rejects with, and else never throws.
 */
export type SendTemplate = (
  template: TemplateToSend,
  handingOver: () => Promise<void>,
) => Promise<TemplateOutcome>;

/** Tells a person on WhatsApp by a template, the only kind that may be sent to somebody who has not written. */
export function whatsappNotifier({ sendTemplate }: { sendTemplate: SendTemplate }): Notifier {
  return {
    kind: 'whatsapp',
    async send(target, notification, handingOver) {
      const options = WhatsAppTargetOptions.safeParse(target.options);
      if (!options.success) return { outcome: 'refused', error: 'the target has no template' };
      const { templateName, templateLanguage, phoneNumberId, parameters } = options.data;
      const outcome = await sendTemplate(
        {
          userId: target.userId,
          phoneNumberId,
          to: target.address,
          name: templateName,
          language: templateLanguage,
          parameters: renderTemplateParameters(notification, parameters),
          reference: notification.notificationId,
        },
        handingOver,
      );
      return notifyOutcome(outcome);
    },
  };
}

function notifyOutcome(outcome: TemplateOutcome): NotifyOutcome {
  if (outcome.outcome === 'accepted') {
    const { providerMessageId } = outcome;
    return { outcome: 'sent', ...(providerMessageId === null ? {} : { providerMessageId }) };
  }
  const error = `WhatsApp ${outcome.error.code}: ${outcome.error.text}`.slice(0, 300);
  if (outcome.outcome !== 'retry') return { outcome: outcome.outcome, error };
  const { retryAfterMs } = outcome;
  return { outcome: 'retry', error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}
