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
  return {
    recipient: recipientOf(to, message),
    ...(isLate(message) ? { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' } : {}),
    message: contentOf(message),
  };
}

type Sendable = Exclude<OutboundMessage, { kind: 'template' }>;

function contentOf(message: Sendable): Record<string, unknown> {
  if (message.kind === 'file') {
    const type = message.as === 'document' ? 'file' : message.as;
    return { attachment: { type, payload: { url: message.url } } };
  }
  const { text } = message;
  return {
    text: safeText(message.kind === 'link_button' ? `${text}\n\n${message.url}` : text),
  };
}

function isLate(message: OutboundMessage): boolean {
  return (message.kind === 'text' || message.kind === 'file') && message.isLateByPerson === true;
}

/** A private reply goes to its comment: Instagram knows who wrote it. */
function recipientOf(to: string, message: OutboundMessage): Record<string, string> {
  return message.kind === 'text' && message.inReplyTo !== undefined
    ? { comment_id: message.inReplyTo.id }
    : { id: to };
}

/**
 * What became of a send, by what came back for it. An app that Meta did not allow the tag of people, or private replies,
 * is refused with a code of permissions: that stops this message, and not the account.
 */
export function sendOutcome(
  result: GraphAnswer | Unanswered,
  message: OutboundMessage,
): SendOutcome {
  const outcome = outcomeOf(result);
  const isRefused = outcome.outcome === 'refused' && permissionCodes.has(outcome.error.code);
  if (!isRefused) {
    return outcome;
  }
  if (isLate(message)) {
    return { ...outcome, scope: 'reply_window' };
  }
  const isToComment = message.kind === 'text' && message.inReplyTo !== undefined;
  return isToComment ? { ...outcome, scope: 'message' } : outcome;
}

const permissionCodes = new Set([3, 10, 100, 200]);

function outcomeOf(result: GraphAnswer | Unanswered): SendOutcome {
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
