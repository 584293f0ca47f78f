import { z } from 'zod';
import { safeText } from '../../lib/safe-text.ts';
import type { OutboundMessage, SendOutcome } from '../channel.ts';
import type { GraphAnswer, Unanswered } from '../graph-http.ts';
import { classifyError } from './errors.ts';

/** The code of a failure to which Meta gave none. */
const NO_CODE = -1;

const Accepted = z.object({ message_id: z.string().min(1).max(255) });

/** The body of `POST /{ig-id}/messages`; undefined for what Instagram has not: templates. */
export function sendBody(
  to: string,
  message: OutboundMessage,
): Record<string, unknown> | undefined {
  if (message.kind === 'template') {
    return undefined;
  }
  const { text } = message;
  const shown = message.kind === 'link_button' ? `${text}\n\n${message.url}` : text;
  return { recipient: { id: to }, message: { text: safeText(shown) } };
}

/** What became of a send, by what came back for it. */
export function sendOutcome(result: GraphAnswer | Unanswered): SendOutcome {
  if (result.kind !== 'answered') {
    const error = { code: NO_CODE, text: result.cause };
    return { outcome: result.kind === 'not_sent' ? 'retry' : 'unknown', error };
  }
  const accepted = result.httpStatus < 300 ? Accepted.safeParse(result.body) : undefined;
  return accepted?.success
    ? { outcome: 'accepted', providerMessageId: accepted.data.message_id }
    : classifyError(result);
}

/** The outcome for a message that Instagram has no kind for. */
export const noTemplates: SendOutcome = {
  outcome: 'refused',
  scope: 'message',
  error: { code: NO_CODE, text: 'Instagram has no templates' },
};
