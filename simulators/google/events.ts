import type { JsonObject } from '../lib/json.ts';
import type { EventTime } from './event-times.ts';

/** Who is invited, and what they answered. */
export type Attendee = {
  email: string;
  displayName?: string;
  optional?: boolean;
  responseStatus: 'needsAction' | 'declined' | 'tentative' | 'accepted';
};

/** The video call of an event. */
export type Conference = {
  requestId: string;
  state: 'pending' | 'success' | 'failure';
  code: string;
};

/** An event as a calendar keeps it, also after it was deleted. */
export type StoredEvent = {
  eventId: string;
  calendarId: string;
  calendarZone: string;
  /** Whose the calendar is. */
  account: string;
  status: 'confirmed' | 'tentative' | 'cancelled';
  start: EventTime;
  end: EventTime;
  attendees: Attendee[];
  /** What else the writer gave, as they gave it. */
  fields: JsonObject;
  conference?: Conference;
  sequence: number;
  createdAt: number;
  updatedAt: number;
  /** The count of changes anywhere when it changed last: newer ones are higher. */
  order: number;
};

/** What is told of a change. */
export type ChangeKind = 'created' | 'changed' | 'cancelled';

/** All events of all calendars. */
export type EventStore = {
  find(calendarId: string, eventId: string): StoredEvent | undefined;
  of(calendarId: string): StoredEvent[];
  all(): StoredEvent[];
  /** Writes an event as it is from now on, and tells whoever listens. */
  save(event: Omit<StoredEvent, 'order' | 'updatedAt'>, kind: ChangeKind): StoredEvent;
  /** The count of changes so far. */
  order(): number;
  clear(): void;
};

/** Opens calendars without events; `onChange` is called after each change. */
export function createEventStore(options: {
  now: () => number;
  onChange: (event: StoredEvent, kind: ChangeKind) => void;
}): EventStore {
  const calendars = new Map<string, Map<string, StoredEvent>>();
  let order = 0;
  return {
    find: (calendarId, eventId) => calendars.get(calendarId)?.get(eventId),
    of: (calendarId) => [...(calendars.get(calendarId)?.values() ?? [])],
    all: () => [...calendars.values()].flatMap((events) => [...events.values()]),
    save(given, kind) {
      order += 1;
      const events = calendars.get(given.calendarId) ?? new Map<string, StoredEvent>();
      calendars.set(given.calendarId, events);
      const before = events.get(given.eventId);
      // Two changes within a millisecond must differ, because that is how they are told apart.
      const updatedAt = Math.max(options.now(), (before?.updatedAt ?? 0) + 1);
      const saved = { ...given, updatedAt, order };
      events.set(given.eventId, saved);
      options.onChange(saved, kind);
      return saved;
    },
    order: () => order,
    clear: () => calendars.clear(),
  };
}
