import { z } from 'zod';
import { safeText } from '../../lib/safe-text.ts';
import type { OutboundMessage, SendOutcome } from '../channel.ts';
import type { GraphAnswer, Unanswered } from '../graph-http.ts';
import { addressOf } from './customer.ts';
import { classifyGraphError } from './errors.ts';

/** The code of a failure to which Meta gave none. */
const NO_CODE = -1;

const Accepted = z.object({
  messages: z.tuple([z.object({ id: z.string().min(1).max(255) })]).rest(z.unknown()),
});

/**
 * The body of `POST /{phone-number-id}/messages`; undefined for an address that is no WhatsApp one. A number goes with
 * a plus sign, or Meta may put the business's country code before it.
 */
export function sendBody(
  to: string,
  message: OutboundMessage,
  reference: string,
): Record<string, unknown> | undefined {
  const address = addressOf(to);
  if (address === undefined) {
    return undefined;
  }
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    ...(address.kind === 'phone' ? { to: `+${address.address}` } : { recipient: address.address }),
    ...contentOf(message),
    biz_opaque_callback_data: reference,
  };
}

/** What became of a send, by what came back for it. */
export function sendOutcome(result: GraphAnswer | Unanswered): SendOutcome {
  if (result.kind !== 'answered') {
    const error = { code: NO_CODE, text: result.cause };
    return { outcome: result.kind === 'not_sent' ? 'retry' : 'unknown', error };
  }
  const accepted = result.httpStatus < 300 ? Accepted.safeParse(result.body) : undefined;
  return accepted?.success
    ? { outcome: 'accepted', providerMessageId: accepted.data.messages[0].id }
    : classifyGraphError(result);
}

/** The outcome for an address that WhatsApp does not have. */
export const noSuchAddress: SendOutcome = {
  outcome: 'refused',
  scope: 'message',
  error: { code: NO_CODE, text: 'not a WhatsApp address' },
};

function contentOf(message: OutboundMessage): Record<string, unknown> {
  switch (message.kind) {
    case 'text':
      return { type: 'text', text: { preview_url: false, body: safeText(message.text) } };
    case 'link_button':
      return { type: 'interactive', interactive: linkButton(message) };
    case 'file':
      return { type: message.as, [message.as]: fileContent(message) };
    case 'template':
      return {
        type: 'template',
        template: {
          name: message.name,
          language: { code: message.language },
          ...bodyComponent(message.parameters),
        },
      };
  }
}

/** Audio has no caption, and a document is called what it was called. */
function fileContent({
  as,
  url,
  caption,
  filename,
  mimeType,
  isVoiceNote,
}: Extract<OutboundMessage, { kind: 'file' }>): Record<string, unknown> {
  return {
    link: url,
    ...(caption === '' || as === 'audio' ? {} : { caption: safeText(caption) }),
    ...(as === 'document' && filename !== null ? { filename: safeText(filename) } : {}),
    ...(as === 'audio' && isVoiceNote && mimeType.startsWith('audio/ogg') ? { voice: true } : {}),
  };
}

function linkButton({
  text,
  label,
  url,
}: Extract<OutboundMessage, { kind: 'link_button' }>): Record<string, unknown> {
  const parameters = { display_text: safeText(label), url };
  return {
    type: 'cta_url',
    body: { text: safeText(text) },
    action: { name: 'cta_url', parameters },
  };
}

function bodyComponent(texts: string[] = []): Record<string, unknown> {
  if (texts.length === 0) return {};
  const parameters = texts.map((text) => ({ type: 'text', text: safeText(text) }));
  return { components: [{ type: 'body', parameters }] };
}
