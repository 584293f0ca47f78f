/** What a tool did in this turn, so that the reply may say so. A tool names it only when it came true. */
export type Deed =
  | 'booked'
  | 'moved'
  | 'cancelled'
  | 'listed_meetings'
  | 'noted_wish'
  | 'handed_over'
  | 'offered_link';
