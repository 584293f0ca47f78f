/** Who said something: the customer, the business (whether its AI or its people), or the channel itself. */
export type Speaker = 'customer' | 'business' | 'system';

/** One thing said, as it is read for a lead. `alias` is what the model calls it: m and its sequence number. */
export type LeadMessage = {
  alias: string;
  messageId: string;
  sequenceNo: number;
  from: Speaker;
  at: Date;
  /** The words, those spoken in a voice note included. */
  text: string;
};

/** The alias of a message, such as m12. */
export function aliasOf(sequenceNo: number): string {
  return `m${sequenceNo}`;
}
