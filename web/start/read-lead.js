/** A conversation as a lead, as the API has it now; undefined while nobody has read it. */
export async function readLead(api, conversationId, { isKnown }) {
  if (!isKnown && !(await isListed(api, conversationId))) return undefined;
  return api.get(`/leads/${conversationId}`);
}

/** A list without it is an answer; asking for a lead that is not there yet would look like a fault. */
async function isListed(api, conversationId) {
  const { data } = await api.get('/leads?sort=recent&limit=200');
  return data.some((lead) => lead.conversationId === conversationId);
}
