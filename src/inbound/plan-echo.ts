import type { EchoReceived } from '../channels/inbound-event.ts';
import { echoKey } from './echo-facts.ts';
import type { AccountFacts } from './inbound-facts.ts';
import type { OwnEcho } from './inbound-plan.ts';
import { isKnownMessage, knownContact } from './known-message.ts';
import type { Planning } from './plan-message.ts';

/**
 * Plans what the echo of a message of ours tells, and answers whether it is one. Ours is an echo whose id we have;
 * and one with the same words as a message to the same customer that was attempted and of which the provider has not
 * told us the id: it settles that attempt, as a status does where providers give our reference back. The echo may
 * come before the answer to the send, or in its place. What was attempted more than once may be echoed as often.
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
  const said = bareWords(event.content.text);
  const own = facts.attempted.find(({ messageId, text, attempts }) => {
    const echoedAs = planning.echoed.get(messageId);
    const isFree = echoedAs === undefined || echoedAs === event.providerMessageId || attempts > 1;
    return isFree && bareWords(text) === said;
  });
  if (own === undefined) return false;
  planning.echoed.set(own.messageId, event.providerMessageId);
  planning.plan.ownEchoes.push(ownEcho(account, own.messageId, event));
  return true;
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
