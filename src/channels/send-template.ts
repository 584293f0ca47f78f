import { z } from 'zod';
import { maybeRow, type Pool } from '../lib/db.ts';
import type { Vault } from '../lib/encryption.ts';
import { errorText } from '../lib/errors.ts';
import { asTenant } from '../lib/tenant.ts';
import type {
  SendTemplate,
  TemplateOutcome,
} from '../notifications/notifiers/whatsapp-notifier.ts';
import type { Channel, SendOutcome } from './channel.ts';
import type { Platform } from './inbound-event.ts';
import { withoutToken } from './without-token.ts';

export type SendTemplateDeps = {
  app: Pool;
  vault: Vault;
  channelFor: (platform: Platform) => Channel;
};

const SenderRow = z.object({
  phoneNumberId: z.string(),
  accountId: z.string(),
  accessToken: z.string(),
});

/** Makes the function that sends a template from a WhatsApp number of a tenant's: the one named, or one that is well. */
export function createSendTemplate(deps: SendTemplateDeps): SendTemplate {
  return async (template, handingOver) => {
    const sender = await findSender(deps.app, template.userId, template.phoneNumberId);
    if (sender === undefined) return refused('There is no such WhatsApp number to send from');
    const accessToken = readToken(deps.vault, sender);
    if (accessToken === undefined) return refused('The token of the number cannot be read');
    const channel = deps.channelFor('whatsapp');
    await handingOver();
    try {
      const outcome = await channel.send(
        { accountId: sender.accountId, accessToken },
        template.to.replace(/\D/g, ''),
        {
          kind: 'template',
          name: template.name,
          language: template.language,
          parameters: template.parameters,
        },
        template.reference,
      );
      return hideToken(outcome, accessToken);
    } catch (error) {
      return { outcome: 'unknown', error: { code: 0, text: errorText(error) } };
    }
  };
}

function findSender(
  app: Pool,
  userId: string,
  phoneNumberId: string | undefined,
): Promise<z.infer<typeof SenderRow> | undefined> {
  return asTenant(app, userId, (tx) =>
    maybeRow(
      tx,
      SenderRow,
      `select id as "phoneNumberId", meta_phone_number_id as "accountId",
              access_token as "accessToken"
         from phone_numbers
        where user_id = $1 and platform = 'whatsapp' and ($2::text is null or id = $2)
        order by health = 'ok' desc, id
        limit 1`,
      [userId, phoneNumberId ?? null],
    ),
  );
}

function readToken(vault: Vault, sender: z.infer<typeof SenderRow>): string | undefined {
  try {
    return vault.decrypt(sender.accessToken, sender.phoneNumberId);
  } catch {
    return undefined;
  }
}

function hideToken(outcome: SendOutcome, token: string): TemplateOutcome {
  if (outcome.outcome === 'accepted') {
    const { providerMessageId } = outcome;
    return providerMessageId === null
      ? { outcome: 'unknown', error: { code: 0, text: 'Sent, but not said as what' } }
      : { outcome: 'accepted', providerMessageId };
  }
  const { code, text } = outcome.error;
  const error = { code, text: withoutToken(text, token) };
  return outcome.outcome === 'retry' ? { ...outcome, error } : { outcome: outcome.outcome, error };
}

function refused(text: string): TemplateOutcome {
  return { outcome: 'refused', error: { code: 0, text } };
}
