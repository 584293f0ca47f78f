import type { Interval } from '../availability/intervals.ts';

/** A tenant's calendar account with a token that is good now: never log it. */
export type CalendarAccess = { accessToken: string };

/** A calendar that the account can see. */
export type CalendarChoice = {
  calendarId: string;
  name: string;
  timeZone: string | null;
  isPrimary: boolean;
  mayWrite: boolean;
};

/** A meeting as it is written into a calendar. `eventId` is ours and the same at every try. */
export type EventToWrite = {
  eventId: string;
  meetingId: string;
  title: string;
  description: string;
  start: Date;
  end: Date;
  /** Of the business: what its people read in their calendar. */
  timeZone: string;
  attendees: { email: string; name?: string }[];
  wantsMeet: boolean;
};

/** The link of a video call: it is made after the event, and may be refused. */
export type MeetLink = { state: 'none' | 'pending' | 'failed' } | { state: 'ready'; url: string };

/** How somebody answered an invitation. */
export type AttendeeResponse = 'accepted' | 'declined' | 'tentative' | 'needs_action';

/** An event as the calendar has it. */
export type CalendarEvent = {
  eventId: string;
  /** The meeting that we wrote into it; null for events of others. */
  meetingId: string | null;
  isCancelled: boolean;
  /** Whether it is this calendar's own, and not one to which somebody of it is invited. */
  isOrganizedHere: boolean;
  /** Null for what has no time of the day, such as an event of whole days. */
  start: Date | null;
  end: Date | null;
  meet: MeetLink;
  attendees: { email: string; response: AttendeeResponse }[];
  updatedAt: Date;
};

/** An event's place. */
export type EventRef = { calendarId: string; eventId: string };

/** A piece of what changed in a calendar; the last piece has the token that the next look begins with. */
export type ChangesPage =
  | {
      changes: 'page';
      events: CalendarEvent[];
      nextPageToken: string | null;
      nextSyncToken: string | null;
    }
  /** The token is too old: everything has to be read anew. */
  | { changes: 'token_expired' };

/** A channel by which the calendar tells that something changed. */
export type ChangeChannel = { resourceId: string; endsAt: Date };

/**
 * A calendar of a provider. Every method throws CalendarUnavailable when it may be tried again, CalendarAccessLost when
 * the token is not taken, and CalendarRefused for everything else.
 */
export interface Calendar {
  calendars(access: CalendarAccess): Promise<CalendarChoice[]>;
  /** When any of the calendars is busy. Throws CalendarRefused for one that cannot be read: busy is not known then. */
  busy(
    access: CalendarAccess,
    asked: { calendarIds: string[]; within: Interval },
  ): Promise<Interval[]>;
  /** Writes an event; one with its id that is there already is answered as it is. Invites who attends. */
  insert(
    access: CalendarAccess,
    calendarId: string,
    event: EventToWrite,
  ): Promise<{ outcome: 'inserted' | 'existed'; event: CalendarEvent }>;
  read(access: CalendarAccess, ref: EventRef): Promise<CalendarEvent | 'gone'>;
  /** Moves an event and tells who attends. */
  move(
    access: CalendarAccess,
    ref: EventRef,
    to: { start: Date; end: Date; timeZone: string },
  ): Promise<CalendarEvent | 'gone'>;
  /** Removes an event and tells who attends; one that is gone already is fine. */
  remove(access: CalendarAccess, ref: EventRef): Promise<void>;
  /** What changed since the token; without one, everything from `since` on. */
  changes(
    access: CalendarAccess,
    asked: { calendarId: string; syncToken: string | null; pageToken: string | null; since: Date },
  ): Promise<ChangesPage>;
  /** Opens a channel: posts to `address` name `channelId` and `token`. */
  watch(
    access: CalendarAccess,
    asked: { calendarId: string; channelId: string; token: string; address: string; endsAt: Date },
  ): Promise<ChangeChannel>;
  /** Closes a channel; one that is closed already is fine. */
  unwatch(
    access: CalendarAccess,
    channel: { channelId: string; resourceId: string },
  ): Promise<void>;
}
