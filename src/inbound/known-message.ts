import type { ContactAddress } from '../channels/inbound-event.ts';
import { conversationKey, messageKey, personKey } from './inbound-facts.ts';
import type { Planning } from './plan-message.ts';

/** The contact that one of these addresses stands for, stored or decided in this batch; undefined if none does. */
export function knownContact(
  planning: Planning,
  userId: string,
  addresses: ContactAddress[],
): string | undefined {
  for (const address of addresses) {
    const key = personKey(userId, address);
    const contactId = planning.people.get(key) ?? planning.facts.people.get(key)?.contactId;
    if (contactId !== undefined) return contactId;
  }
  return undefined;
}

/** Whether a message with the provider's id is in the active conversation of the two: stored, or planned in this batch. */
export function isKnownMessage(
  planning: Planning,
  agentId: string,
  contactId: string,
  providerMessageId: string,
): boolean {
  const key = conversationKey(agentId, contactId);
  const conversationId =
    planning.deltas.get(key)?.conversation_id ??
    planning.facts.conversations.get(key)?.conversationId;
  if (conversationId === undefined) return false;
  const message = messageKey(conversationId, providerMessageId);
  return planning.planned.has(message) || planning.facts.storedMessages.has(message);
}
