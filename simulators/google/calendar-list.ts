import type { AccountCalendar } from './accounts.ts';
import type { Call } from './call.ts';
import type { Answered } from './errors.ts';

/** `calendarList.list`: all on one page. */
export function listCalendars({ world, account, query }: Call): Answered {
  const least = query.get('minAccessRole');
  const roles = ['freeBusyReader', 'reader', 'writer', 'owner'];
  const items = world.accounts
    .of(account)
    .calendars.filter(({ role }) => roles.indexOf(role) >= roles.indexOf(least ?? 'freeBusyReader'))
    .map(entryOf);
  return {
    body: { kind: 'calendar#calendarList', etag: '"list"', nextSyncToken: 'calendars', items },
  };
}

function entryOf({ calendarId, name, timeZone, role, isPrimary }: AccountCalendar) {
  return {
    kind: 'calendar#calendarListEntry',
    etag: '"entry"',
    id: calendarId,
    summary: name,
    timeZone,
    accessRole: role,
    selected: true,
    ...(isPrimary ? { primary: true } : {}),
  };
}
