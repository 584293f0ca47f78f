/** The customer's conversation, as the fake API shows it. */
export const conversation = {
  conversationId: 'cnv_1',
  agentId: 'agt_1',
  contactId: 'con_1',
  customerPhone: '15550001111',
  handledBy: 'ai',
  isActive: true,
  lastSequenceNo: 0,
  lastMessageAt: '2026-11-21T08:00:00.000Z',
  replyWindowEndsAt: null,
};

/** The same customer's conversation on Instagram. */
export const onInstagram = {
  ...conversation,
  conversationId: 'cnv_ig',
  agentId: 'agt_2',
  customerPhone: '17840000000000901',
};
