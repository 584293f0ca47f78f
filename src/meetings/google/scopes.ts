const base = 'https://www.googleapis.com/auth/';

/** All that is asked for, and what each is for in the words of a person. */
const needed = {
  [`${base}calendar.events`]: 'view and edit events on all your calendars',
  [`${base}calendar.freebusy`]: 'view your availability in your calendars',
  [`${base}calendar.calendarlist.readonly`]: 'see the list of Google calendars',
} as const;

/** The scopes that a connection needs, each of them. */
export const scopes = Object.keys(needed);

/** Includes what is asked for: who has allowed it before need not tick the smaller boxes. */
const everything = `${base}calendar`;

/** The boxes that a person left empty, in words; none if what was granted suffices. */
export function missingBoxes(granted: readonly string[]): string[] {
  if (granted.includes(everything)) return [];
  return Object.entries(needed)
    .filter(([scope]) => !granted.includes(scope))
    .map(([, words]) => words);
}
