const shown = 200;

/** The customers' conversations on each channel and their newest messages, as the API has them now. */
export async function readHistory(api, channels, isOf) {
  const read = await Promise.all(channels.map((channel) => readChannel(api, channel, isOf)));
  return read.filter(({ conversation }) => conversation !== undefined);
}

async function readChannel(api, channel, isOf) {
  const asked = new URLSearchParams({ agentId: channel.agentId, isActive: 'true', limit: '200' });
  const { data } = await api.get(`/conversations?${asked}`);
  const conversation = data.find((one) => isOf(channel, one));
  if (conversation === undefined) return { conversation, messages: [] };
  const after = Math.max(0, conversation.lastSequenceNo - shown);
  const path = `/conversations/${conversation.conversationId}/messages?limit=${shown}&after=${after}`;
  return { conversation, messages: (await api.get(path)).data };
}
