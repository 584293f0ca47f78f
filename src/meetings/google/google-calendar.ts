import { calendar } from '@googleapis/calendar';
import { type Interval, joined } from '../../availability/intervals.ts';
import type { Calendar, CalendarAccess, CalendarChoice, CalendarEvent } from '../calendar.ts';
import { CalendarRefused } from '../calendar-errors.ts';
import { eventBody, eventTime } from './event-body.ts';
import { calendarError, failureOf, type GoogleFailure } from './google-errors.ts';
import { readBusy, readCalendars } from './read-answers.ts';
import { readEvent } from './read-event.ts';
import { changeMethods } from './watch-changes.ts';

export type GoogleOptions = {
  /** `https://www.googleapis.com`, or a simulator's. */
  apiUrl: string;
  /** For one call as a whole. */
  timeoutMs: number;
};

/** What Google takes in one question about busy times. */
const calendarsPerQuestion = 50;
/** More pages than anybody has calendars for: a list that never ends must. */
const maxPages = 40;

const goneStatuses = [404, 410];

/** Google's calendars. Calls once: whoever asks knows whether it may be tried again. */
export function googleCalendar(options: GoogleOptions): Calendar {
  const google = openClient(options);
  const { events } = google.client;
  return {
    calendars: (access) => allCalendars(google, access),
    busy: async (access, { calendarIds, within }) => {
      const asked = { timeMin: within.start.toISOString(), timeMax: within.end.toISOString() };
      const busy: Interval[] = [];
      for (const ids of chunksOf(calendarIds, calendarsPerQuestion)) {
        const requestBody = { ...asked, items: ids.map((id) => ({ id })) };
        const data = await google.call('freebusy.query', () =>
          google.client.freebusy.query({ requestBody }, google.with(access)),
        );
        busy.push(...readBusy(data, ids));
      }
      return joined(busy);
    },
    insert: async (access, calendarId, event) => {
      const params = { calendarId, conferenceDataVersion: 1, sendUpdates: 'all' };
      const requestBody = eventBody(event);
      const inserted = await google.callUnless([409], 'events.insert', () =>
        events.insert({ ...params, requestBody }, google.with(access)),
      );
      if ('data' in inserted) return { outcome: 'inserted', event: readEvent(inserted.data) };
      return {
        outcome: 'existed',
        event: await ownEvent(google, access, { calendarId, ...event }),
      };
    },
    read: async (access, ref) =>
      eventOrGone(
        await google.callUnless(goneStatuses, 'events.get', () =>
          events.get(ref, google.with(access)),
        ),
      ),
    move: async (access, ref, { start, end, timeZone }) => {
      const requestBody = { start: eventTime(start, timeZone), end: eventTime(end, timeZone) };
      const params = { ...ref, conferenceDataVersion: 1, sendUpdates: 'all' };
      const moved = await google.callUnless(goneStatuses, 'events.patch', () =>
        events.patch({ ...params, requestBody }, google.with(access)),
      );
      return eventOrGone(moved);
    },
    remove: async (access, ref) => {
      await google.callUnless(goneStatuses, 'events.delete', () =>
        events.delete({ ...ref, sendUpdates: 'all' }, google.with(access)),
      );
    },
    ...changeMethods(google),
  };
}

/** What the client answers, as far as it is read here. */
type Answered = { data?: unknown };

/** The client of Google's, with what every call of ours has in common. */
export type GoogleClient = ReturnType<typeof openClient>;

function openClient({ apiUrl, timeoutMs }: GoogleOptions) {
  const client = calendar('v3');
  const callUnless = async (
    statuses: number[],
    asked: string,
    call: () => Promise<Answered>,
  ): Promise<{ data: unknown } | { failure: GoogleFailure }> => {
    try {
      return { data: (await call()).data };
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (statuses.includes(failure.status ?? 0)) return { failure };
      throw calendarError(failure, asked);
    }
  };
  return {
    client,
    /** How one call is made. Retries are ours; Node's fetch keeps connections and takes no proxy of the environment. */
    with: ({ accessToken }: CalendarAccess) => ({
      rootUrl: `${apiUrl}/`,
      headers: { Authorization: `Bearer ${accessToken}` },
      timeout: timeoutMs,
      retry: false,
      fetchImplementation: fetch,
    }),
    /** Answers the data, or the failure if its status is one of these. Throws the calendar's errors otherwise. */
    callUnless,
    /** Answers the data. Throws the calendar's errors. */
    call: async (asked: string, call: () => Promise<Answered>): Promise<unknown> => {
      const answered = await callUnless([], asked, call);
      return 'data' in answered ? answered.data : undefined;
    },
  };
}

async function allCalendars(
  google: GoogleClient,
  access: CalendarAccess,
): Promise<CalendarChoice[]> {
  const choices: CalendarChoice[] = [];
  let pageToken: string | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const params = { maxResults: 250, ...(pageToken === undefined ? {} : { pageToken }) };
    let next: string | null | undefined;
    await google.call('calendarList.list', async () => {
      const answer = await google.client.calendarList.list(params, google.with(access));
      choices.push(...readCalendars(answer.data.items));
      next = answer.data.nextPageToken;
      return answer;
    });
    if (next === undefined || next === null || next === '') break;
    pageToken = next;
  }
  return choices;
}

/** The event whose id was taken, if it is the meeting's and not cancelled. Throws CalendarRefused. */
async function ownEvent(
  google: GoogleClient,
  access: CalendarAccess,
  wanted: { calendarId: string; eventId: string; meetingId: string },
): Promise<CalendarEvent> {
  const { calendarId, eventId } = wanted;
  const found = readEvent(
    await google.call('events.get', () =>
      google.client.events.get({ calendarId, eventId }, google.with(access)),
    ),
  );
  if (found.meetingId !== wanted.meetingId) {
    throw new CalendarRefused('The id of the event is taken by another one');
  }
  if (found.isCancelled) throw new CalendarRefused('The event was cancelled');
  return found;
}

function eventOrGone(answered: { data: unknown } | { failure: GoogleFailure }) {
  if ('failure' in answered) return 'gone' as const;
  return readEvent(answered.data);
}

function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, at) => items.slice(at * size, (at + 1) * size));
}
