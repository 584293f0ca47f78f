import type { EditReceived, ReactionReceived, RevokeReceived } from '../channels/inbound-event.ts';
import type { AccountFacts } from './inbound-facts.ts';
import { isKnownMessage, knownContact } from './known-message.ts';
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
  const contactId = knownContact(planning, account.userId, event.from.addresses);
  if (contactId !== undefined && isKnownMessage(planning, agentId, contactId, target)) {
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

function changeOf(event: ReactionReceived | EditReceived | RevokeReceived) {
  const at = event.sentAt.toISOString();
  switch (event.type) {
    case 'reaction':
      return { change: 'reaction' as const, emoji: event.emoji };
    case 'edit': {
      const { type, text, details } = event.content;
      return { change: 'edit' as const, type: type ?? null, text, content: details ?? {}, at };
    }
    case 'revoke':
      return { change: 'revoke' as const, at };
  }
}

function missedMessage(
  event: EditReceived | RevokeReceived,
): Pick<MessageToAdd, 'content' | 'expectsReply' | 'changed'> {
  if (event.type === 'edit') {
    const content = { type: 'text' as const, details: {}, media: [], ...event.content };
    return { content, expectsReply: true, changed: 'edited' };
  }
  return {
    content: { type: 'unsupported', text: '', details: {}, media: [] },
    expectsReply: false,
    changed: 'revoked',
  };
}
