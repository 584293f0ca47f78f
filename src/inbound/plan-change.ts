import type { EditReceived, ReactionReceived, RevokeReceived } from '../channels/inbound-event.ts';
import { type AccountFacts, conversationKey, messageKey } from './inbound-facts.ts';
import { addMessage, type MessageToAdd, type Planning, windowAfter } from './plan-message.ts';
import { personOf } from './plan-person.ts';

/**
 * Plans a reaction, an edit or a revocation. Providers promise no order: an edit that comes before its
 * message is stored as that message, a revocation as an empty one, so that the late first form is
 * recognised as stored. Answers false for a reaction to a message nobody knows.
 */
export function planChange(
  planning: Planning,
  account: AccountFacts,
  event: ReactionReceived | EditReceived | RevokeReceived,
): boolean {
  const { agentId } = account;
  if (agentId === null) return false;
  const target = event.targetProviderMessageId;
  const contactId = knownContact(planning, account.userId, event);
  if (contactId !== undefined && isKnown(planning, agentId, contactId, target)) {
    planning.plan.changes.push({
      user_id: account.userId,
      agent_id: agentId,
      contact_id: contactId,
      platform_message_id: target,
      ...changeOf(event),
    });
    return true;
  }
  if (event.type === 'reaction') return false;
  addMessage(planning, {
    ...missedMessage(event),
    account: { ...account, agentId },
    contactId: personOf(planning, account.userId, event.from),
    sendTo: event.from.addresses[0],
    providerMessageId: target,
    author: 'customer',
    windowEndsAt: windowAfter(planning, event.account.platform, event.sentAt),
    replyTo: null,
    referral: null,
    sentAt: event.sentAt,
  });
  return true;
}

function knownContact(
  planning: Planning,
  userId: string,
  event: ReactionReceived | EditReceived | RevokeReceived,
): string | undefined {
  for (const address of event.from.addresses) {
    const key = `${userId} ${address.kind} ${address.address}`;
    const contactId = planning.people.get(key) ?? planning.facts.people.get(key)?.contactId;
    if (contactId !== undefined) return contactId;
  }
  return undefined;
}

function isKnown(
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

function changeOf(event: ReactionReceived | EditReceived | RevokeReceived) {
  const at = event.sentAt.toISOString();
  switch (event.type) {
    case 'reaction':
      return { change: 'reaction' as const, emoji: event.emoji };
    case 'edit': {
      const { type, text, details } = event.content;
      return { change: 'edit' as const, type, text, content: details, at };
    }
    case 'revoke':
      return { change: 'revoke' as const, at };
  }
}

function missedMessage(
  event: EditReceived | RevokeReceived,
): Pick<MessageToAdd, 'content' | 'expectsReply' | 'changed'> {
  if (event.type === 'edit') {
    return { content: event.content, expectsReply: true, changed: 'edited' };
  }
  return {
    content: { type: 'unsupported', text: '', details: {}, media: [] },
    expectsReply: false,
    changed: 'revoked',
  };
}
