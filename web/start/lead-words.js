/** The dimensions of a lead as people say them, in the order in which they are shown. */
export const dimensionNames = {
  intent: 'Wants to buy',
  urgency: 'Urgency',
  budget: 'Money stands in the way',
  fit: 'Fits what is offered',
  engagement: 'Engagement',
};

const facts = {
  ctaPricingClicked: 'Opened the prices',
  ctaDemoClicked: 'Opened the demo page',
  ctaFollowupClicked: 'Asked to be contacted again',
  ctaSampleClicked: 'Asked for a sample',
  ctaWebsiteClicked: 'Opened the website',
  ctaEscalatedToHuman: 'Was handed to people',
};

/** What the customer did, as facts: nothing of it is anybody's guess. */
export function factsOf(lead) {
  return Object.entries(facts).flatMap(([field, words]) => (lead[field] === 'Yes' ? [words] : []));
}

/** Who it is, as far as it is known. */
export function whoIs({ name, company, phone, email }, otherwise) {
  const who = name ?? phone ?? email ?? otherwise;
  return company === null ? who : `${who}, ${company}`;
}

/** When the conversation is read next, in words; undefined when everything in it was read. */
export function nextReading({ conversation, lead, newest }, { readLeadAfterMs, now }) {
  if (conversation === undefined || newest === undefined) return undefined;
  if (lead !== undefined && newest <= lead.messageCountAtExtraction) return undefined;
  const again = lead === undefined ? '' : ' again';
  const leftMs = Date.parse(conversation.lastMessageAt) + readLeadAfterMs - now;
  if (leftMs <= 0) return `The conversation is being read${again}…`;
  return `The conversation is read${again} when it has rested: in ${inWords(leftMs)}.`;
}

/** A length of time as people say it, never less than a second. */
export function inWords(ms) {
  const seconds = Math.max(1, Math.ceil(ms / 1_000));
  if (seconds < 90) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
}
