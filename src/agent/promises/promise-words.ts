/** What a reply may say was done, or will be. */
export type PromiseKind =
  | 'booked'
  | 'stands'
  | 'moved'
  | 'cancelled'
  | 'handed_over'
  | 'offered_link';

/** How one kind is said: as done, or as something that is about to be. */
export type Sayings = { done: RegExp; will?: RegExp };

/** The words of one language, for sentences as `plainSentence` gives them. */
export type PromiseWords = {
  /** Before what is said, or within it, they turn it into its contrary. */
  denies: RegExp;
  /** Before what is said to be done, or anywhere around what will be, they make it a mere possibility. */
  supposes: RegExp;
  /** After what is said to be done they make it depend on something. */
  depends: RegExp;
  says: Record<PromiseKind, Sayings>;
};

/** One of these, as whole words. */
export function anyOf(...sources: string[]): RegExp {
  return new RegExp(`(?<![\\w'])(?:${sources.join('|')})\\b`, 'g');
}
