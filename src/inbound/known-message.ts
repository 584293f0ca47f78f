import type { ContactAddress } from '../channels/inbound-event.ts';
import { type AccountFacts, conversationKey, messageKey, personKey } from './inbound-facts.ts';
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

/** The active conversation with the contact that one of these addresses stands for: stored, or planned in this batch. */
export function knownConversation(
  planning: Planning,
  { userId, agentId }: Pick<AccountFacts, 'userId' | 'agentId'>,
  addresses: ContactAddress[],
): string | undefined {
  const contactId = knownContact(planning, userId, addresses);
  if (agentId === null || contactId === undefined) return undefined;
  const key = conversationKey(agentId, contactId);
  return (
    planning.deltas.get(key)?.conversation_id ??
    planning.facts.conversations.get(key)?.conversationId
  );
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
