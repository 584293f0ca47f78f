import { hasArrived } from './delivery.js';

/** WhatsApp shows "typing" for at most 25 seconds. */
const typingMs = 25_000;

/** One channel of the business and what is going on there, before anything has happened. */
export function channelState({ platform, agentId, agentName, accountId, customer }) {
  return {
    platform,
    agentId,
    agentName,
    accountId,
    customer,
    conversation: undefined,
    lead: undefined,
    unsent: [],
    readThrough: 0,
    typingUntil: 0,
    wroteAt: undefined,
    hasNews: false,
  };
}

/** Whether a conversation is the customer's with the agent of this channel. */
export function isOf(channel, { conversationId, agentId, customerPhone, isActive }) {
  if (conversationId === channel.conversation?.conversationId) return true;
  return (
    isActive && agentId === channel.agentId && sameAddress(customerPhone, channel.customer.address)
  );
}

/** Whether two ways to write an address mean the same person. */
export function sameAddress(one, other) {
  return one !== undefined && String(one).replace(/^\+/, '') === String(other).replace(/^\+/, '');
}

/** The channel with its conversation as it is now; another one begins anew. */
export function withConversation(channel, conversation) {
  const isSame = conversation.conversationId === channel.conversation?.conversationId;
  const merged = isSame ? { ...channel.conversation, ...conversation } : conversation;
  const anew = isSame ? {} : { lead: undefined, readThrough: 0, typingUntil: 0 };
  return { ...channel, ...anew, conversation: merged };
}

/** Answers may overtake each other: an older one changes nothing. */
export function withLead(channel, lead) {
  const { lead: known } = channel;
  const isNews =
    known === undefined || Date.parse(lead.extractedAt) >= Date.parse(known.extractedAt);
  return isNews ? { ...channel, lead } : channel;
}

/** Whoever answers has read what came before, and types no longer once it has arrived. */
export function withAnswer(channel, message) {
  if (message.author === 'customer') return channel;
  return {
    ...channel,
    readThrough: Math.max(channel.readThrough, message.sequenceNo ?? 0),
    typingUntil: hasArrived(message) ? 0 : channel.typingUntil,
  };
}

/** Somebody of the business writes, and has read everything. */
export function whileTyping(channel, { newest, at }) {
  return {
    ...channel,
    typingUntil: at + typingMs,
    readThrough: Math.max(channel.readThrough, newest),
  };
}

/**
 * What the phone showed before rapport had it is the same message: it gives way. Answers the channel without it, and
 * what it was.
 */
export function withoutUnsent(channel, message) {
  const alike = channel.unsent.filter(({ type }) => type === message.type);
  const local = alike.find(({ text }) => text === (message.text ?? '')) ?? alike[0];
  if (local === undefined) return { channel, local };
  const unsent = channel.unsent.filter((one) => one !== local);
  return { channel: { ...channel, unsent }, local };
}
