/** What an account may do with a calendar. */
export type AccessRole = 'owner' | 'writer' | 'reader' | 'freeBusyReader';

/** A calendar as an account sees it. */
export type AccountCalendar = {
  calendarId: string;
  name: string;
  timeZone: string;
  role: AccessRole;
  isPrimary: boolean;
};

/** A person at Google. */
export type Account = {
  email: string;
  calendars: AccountCalendar[];
  /** How often a token of the account's was renewed. */
  refreshes: number;
  /** The apps that have had leave once: without `prompt=consent` they get no refresh token again. */
  knownApps: Set<string>;
};

/** The accounts that were heard of. */
export type Accounts = {
  /** Makes the account when nobody has heard of it: with a calendar of its own, one of its team, and one of holidays. */
  of(email: string): Account;
  all(): Account[];
  /** A calendar of an account by its id, `primary` too; undefined when the account cannot see it. */
  calendar(email: string, calendarId: string): AccountCalendar | undefined;
  clear(): void;
};

/** Opens a Google at which nobody has an account. */
export function createAccounts(timeZone: () => string): Accounts {
  const accounts = new Map<string, Account>();
  const of = (email: string): Account => {
    const known = accounts.get(email);
    if (known !== undefined) return known;
    const calendars = calendarsOf(email, timeZone());
    const account = { email, calendars, refreshes: 0, knownApps: new Set<string>() };
    accounts.set(email, account);
    return account;
  };
  return {
    of,
    all: () => [...accounts.values()],
    calendar: (email, calendarId) =>
      of(email).calendars.find(
        (one) => one.calendarId === calendarId || (one.isPrimary && calendarId === 'primary'),
      ),
    clear: () => accounts.clear(),
  };
}

function calendarsOf(email: string, timeZone: string): AccountCalendar[] {
  const team = `${email.replace(/[^a-z0-9]+/gi, '-')}-team@group.calendar.google.com`;
  const holidays = 'en.holidays#holiday@group.v.calendar.google.com';
  return [
    { calendarId: email, name: email, timeZone, role: 'owner', isPrimary: true },
    { calendarId: team, name: 'Team', timeZone, role: 'owner', isPrimary: false },
    { calendarId: holidays, name: 'Holidays', timeZone, role: 'reader', isPrimary: false },
  ];
}
