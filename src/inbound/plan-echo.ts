import type { EchoReceived, MessageContent } from '../channels/inbound-event.ts';
import { type AttemptedMessage, echoKey } from './echo-facts.ts';
import type { AccountFacts } from './inbound-facts.ts';
import type { OwnEcho } from './inbound-plan.ts';
import { isKnownMessage, knownContact } from './known-message.ts';
import type { Planning } from './plan-message.ts';

/**
 * Plans what the echo of a message of ours tells, and answers whether it is one. Ours is an echo whose id we have; and
 * one with the same words, or with nothing but a file of the same kind, as a message to the same customer that was
 * attempted and of which the provider has not told us the id: it settles that attempt, as a status does where providers
 * give our reference back. The echo may come before the answer to the send, or in its place. What was attempted more
 * than once may be echoed as often.
 */
export function planOwnEcho(
  planning: Planning,
  account: AccountFacts,
  event: EchoReceived,
): boolean {
  if (event.mayBeOurs !== true) return false;
  const facts = planning.facts.echoes.get(echoKey(event));
  if (facts === undefined) return false;
  if (facts.ownMessageId !== null) {
    // The record of the send may not be on disk yet. What is stored of its echo takes it along, and no crash of the
    // database that comes later leaves the message to be sent again.
    planning.plan.ownEchoes.push(ownEcho(account, facts.ownMessageId, event));
    return true;
  }
  // Told again, what a person wrote is not the echo of the same words that we sent since.
  if (isStored(planning, account, event)) return false;
  const own = facts.attempted.find((attempted) => {
    const echoedAs = planning.echoed.get(attempted.messageId);
    const isFree =
      echoedAs === undefined || echoedAs === event.providerMessageId || attempted.attempts > 1;
    return isFree && isSame(attempted, event.content);
  });
  if (own === undefined) return false;
  planning.echoed.set(own.messageId, event.providerMessageId);
  planning.plan.ownEchoes.push(ownEcho(account, own.messageId, event));
  return true;
}

/** A file has no words: its kind is all that its echo tells, and that it is one. */
function isSame({ file, text }: AttemptedMessage, { text: said, media }: MessageContent): boolean {
  if (file === null) return bareWords(text) === bareWords(said);
  const [echoed, another] = media;
  return bareWords(said) === '' && echoed?.kind === file && another === undefined;
}

function ownEcho(account: AccountFacts, messageId: string, event: EchoReceived): OwnEcho {
  return {
    user_id: account.userId,
    message_id: messageId,
    platform_message_id: event.providerMessageId,
    at: event.sentAt.toISOString(),
  };
}

function isStored(
  planning: Planning,
  { userId, agentId }: AccountFacts,
  { to, providerMessageId }: EchoReceived,
): boolean {
  const contactId = knownContact(planning, userId, to.addresses);
  return (
    agentId !== null &&
    contactId !== undefined &&
    isKnownMessage(planning, agentId, contactId, providerMessageId)
  );
}

/** What is left of a text when everything is gone that a provider might set anew: space, and marks that show nothing. */
function bareWords(text: string): string {
  return text.normalize('NFC').replace(/\s|\p{Cf}|\ufe0e|\ufe0f/gu, '');
}
