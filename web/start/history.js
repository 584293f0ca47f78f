import { sameAddress } from './state.js';

const shown = 200;

/** The customer's conversation and its newest messages, as the API has them now. */
export async function readHistory(api, waId) {
  const conversations = await api.get('/conversations?isActive=true&limit=200');
  const conversation = conversations.data.find(({ customerPhone }) =>
    sameAddress(customerPhone, waId),
  );
  if (conversation === undefined) return { conversation: undefined, messages: [] };
  const after = Math.max(0, conversation.lastSequenceNo - shown);
  const path = `/conversations/${conversation.conversationId}/messages?limit=${shown}&after=${after}`;
  return { conversation, messages: (await api.get(path)).data };
}
