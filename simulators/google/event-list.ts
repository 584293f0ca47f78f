import type { Call } from './call.ts';
import { type Answered, invalid, refused } from './errors.ts';
import { bareResource, eventResource, spanOf } from './event-resource.ts';
import { readInstant } from './event-times.ts';
import type { StoredEvent } from './events.ts';
import type { GoogleWorld } from './world.ts';

/** The rest of a list of which a part was answered. */
export type ListedPage = { calendarId: string; eventIds: string[]; order: number };

const notWithSyncToken = ['timeMin', 'timeMax', 'updatedMin', 'orderBy', 'q', 'iCalUID'];
const withoutSyncToken = ['orderBy', 'q', 'iCalUID', 'updatedMin'];
const maxPageSize = 2500;

/** `events.list`: all that fit, or with a sync token all that changed, page by page; the last has the next sync token. */
export function listEvents(call: Call): Answered {
  const { world, calendar, query } = call;
  const begun = beginList(call);
  if ('error' in begun) return begun;
  const size = Math.min(maxPageSize, Number(query.get('maxResults') ?? 250));
  const zone = query.get('timeZone') ?? calendar.timeZone;
  const items = begun.eventIds
    .slice(0, size)
    .map((eventId) => world.events.find(calendar.calendarId, eventId))
    .filter((event) => event !== undefined)
    .map((event) =>
      event.status === 'cancelled' && !world.settings.googleCancelledDetails
        ? bareResource(event)
        : eventResource(event, zone),
    );
  return {
    body: {
      kind: 'calendar#events',
      etag: `"p${begun.order}"`,
      summary: calendar.name,
      description: '',
      updated: new Date(world.now()).toISOString(),
      timeZone: zone,
      accessRole: calendar.role,
      defaultReminders: [],
      ...tokensOf(call, begun, size),
      items,
    },
  };
}

function tokensOf({ world, calendar, query }: Call, begun: ListedPage, size: number) {
  if (begun.eventIds.length > size) {
    const nextPageToken = world.newId('page');
    world.pages.set(nextPageToken, { ...begun, eventIds: begun.eventIds.slice(size) });
    return { nextPageToken };
  }
  if (withoutSyncToken.some((name) => query.has(name))) return {};
  return { nextSyncToken: writeSyncToken(world, calendar.calendarId, begun.order) };
}

function beginList(call: Call): ListedPage | Extract<Answered, { error: unknown }> {
  const { world, calendar, query } = call;
  const { calendarId } = calendar;
  const pageToken = query.get('pageToken');
  if (pageToken !== null) {
    const page = world.pages.get(pageToken);
    const fitting = page?.calendarId === calendarId ? page : undefined;
    return fitting ?? invalid('Invalid page token value.', 'pageToken');
  }
  const order = world.events.order();
  const syncToken = query.get('syncToken');
  if (syncToken === null) {
    const events = world.events.of(calendarId).filter((event) => isListed(event, query));
    return { calendarId, eventIds: sorted(events, query), order };
  }
  const clash = notWithSyncToken.find((name) => query.has(name));
  if (clash !== undefined) return invalid(`${clash} cannot be used with a sync token.`, clash);
  if (query.get('showDeleted') === 'false') {
    return invalid('A sync token shows deleted events.', 'showDeleted');
  }
  const since = readSyncToken(world, calendarId, syncToken);
  if (since === undefined) return refused(410, 'fullSyncRequired');
  const changed = world.events.of(calendarId).filter((event) => event.order > since);
  return { calendarId, eventIds: sorted(changed, query), order };
}

function isListed(event: StoredEvent, query: URLSearchParams): boolean {
  const { start, end } = spanOf(event);
  const timeMin = readInstant(query.get('timeMin')) ?? Number.NEGATIVE_INFINITY;
  const timeMax = readInstant(query.get('timeMax')) ?? Number.POSITIVE_INFINITY;
  const updatedMin = readInstant(query.get('updatedMin')) ?? 0;
  if (end <= timeMin || start >= timeMax || event.updatedAt < updatedMin) return false;
  return event.status !== 'cancelled' || query.get('showDeleted') === 'true';
}

function sorted(events: StoredEvent[], query: URLSearchParams): string[] {
  const isByStart = query.get('orderBy') === 'startTime';
  const place = (event: StoredEvent) => (isByStart ? spanOf(event).start : event.order);
  return events.toSorted((one, other) => place(one) - place(other)).map(({ eventId }) => eventId);
}

function writeSyncToken({ age }: GoogleWorld, calendarId: string, order: number): string {
  const told = JSON.stringify([age.run, age.count, calendarId, order]);
  return Buffer.from(told).toString('base64url');
}

/** The count of changes that the token knows of; undefined for one of another run, age or calendar. */
function readSyncToken(
  { age }: GoogleWorld,
  calendarId: string,
  token: string,
): number | undefined {
  try {
    const told: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (!Array.isArray(told)) return undefined;
    const [run, count, id, order]: unknown[] = told;
    const isGood = run === age.run && count === age.count && id === calendarId;
    return isGood && typeof order === 'number' ? order : undefined;
  } catch {
    return undefined;
  }
}
