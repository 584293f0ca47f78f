import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningSimulators, startSimulators } from '../../../simulators/start.ts';
import type { CalendarAccess, EventToWrite } from '../../../src/meetings/calendar.ts';
import {
  CalendarAccessLost,
  CalendarRefused,
  CalendarUnavailable,
} from '../../../src/meetings/calendar-errors.ts';
import { googleCalendar } from '../../../src/meetings/google/google-calendar.ts';
import { scopes } from '../../../src/meetings/google/scopes.ts';

let google: RunningSimulators;
let access: CalendarAccess;
const email = 'owner@casaverde.example';

beforeAll(async () => {
  google = await startSimulators({ webhookUrl: 'http://127.0.0.1:9', appSecret: 'a-secret' });
  access = google.grantGoogle(email, scopes);
});
afterAll(() => google.close());

const adapter = (timeoutMs = 2_000) => googleCalendar({ apiUrl: google.googleApiUrl, timeoutMs });
const start = new Date('2027-03-01T13:00:00Z');
const end = new Date('2027-03-01T13:30:00Z');

function meeting(eventId: string, meetingId = 'mtg_1'): EventToWrite {
  const attendees = [{ email: 'ana@example.com', name: 'Ana' }];
  const words = { title: 'Demo', description: 'A demo', timeZone: 'America/Sao_Paulo' };
  return { eventId, meetingId, ...words, start, end, attendees, wantsMeet: true };
}

describe('googleCalendar', () => {
  it('writes an event once, reads it busy, moves and removes it', async () => {
    const calendar = adapter();
    const ref = { calendarId: email, eventId: 'rapport0a1' };

    const first = await calendar.insert(access, email, meeting(ref.eventId));
    const second = await calendar.insert(access, email, meeting(ref.eventId));
    const within = {
      start: new Date('2027-03-01T00:00:00Z'),
      end: new Date('2027-03-02T00:00:00Z'),
    };
    const busy = await calendar.busy(access, { calendarIds: [email], within });
    const later = {
      start: new Date('2027-03-01T15:00:00Z'),
      end: new Date('2027-03-01T15:30:00Z'),
    };
    const moved = await calendar.move(access, ref, { ...later, timeZone: 'America/Sao_Paulo' });
    await calendar.remove(access, ref);
    await calendar.remove(access, ref);

    expect([first.outcome, second.outcome]).toEqual(['inserted', 'existed']);
    expect(first.event).toMatchObject({ meetingId: 'mtg_1', start, end, isCancelled: false });
    expect(busy).toEqual([{ start, end }]);
    expect(moved).toMatchObject(later);
    expect(await calendar.read(access, { ...ref, eventId: 'rapport0nobody0' })).toBe('gone');
  });

  it('takes no event of another meeting for its own', async () => {
    await adapter().insert(access, email, meeting('rapport0b2', 'mtg_other'));

    await expect(adapter().insert(access, email, meeting('rapport0b2'))).rejects.toThrow(
      CalendarRefused,
    );
  });

  it('takes a calendar that is not told of for no free one', async () => {
    const within = { start, end };
    await expect(
      adapter().busy(access, { calendarIds: [email, 'nobodys@example.com'], within }),
    ).rejects.toThrow(CalendarRefused);
  });

  it('tells what changed since a token, and that a token is too old', async () => {
    const calendar = adapter();
    const asked = { calendarId: email, pageToken: null, since: new Date('2027-01-01T00:00:00Z') };
    const all = await calendar.changes(access, { ...asked, syncToken: null });
    const syncToken = all.changes === 'page' ? all.nextSyncToken : null;
    await calendar.insert(access, email, meeting('rapport0c3', 'mtg_3'));

    const since = await calendar.changes(access, { ...asked, syncToken });
    google.invalidateGoogleSyncTokens();
    const tooOld = await calendar.changes(access, { ...asked, syncToken });

    expect(since).toMatchObject({ changes: 'page', events: [{ meetingId: 'mtg_3' }] });
    expect(tooOld).toEqual({ changes: 'token_expired' });
  });

  it.each([
    [{ status: 429 }, CalendarUnavailable],
    [{ status: 503 }, CalendarUnavailable],
    [{ status: 401 }, CalendarAccessLost],
    [{ status: 400 }, CalendarRefused],
  ])('says of %j what is to be done, without the token', async (error, kind) => {
    google.addFault('google', { target: 'calendars', action: 'error', ...error });

    const thrown = await adapter()
      .calendars(access)
      .catch((one: unknown) => one);

    expect(thrown).toBeInstanceOf(kind);
    expect(JSON.stringify([String(thrown), thrown])).not.toContain(access.accessToken);
  });

  // Seen failing with `timeout` taken out of the options of the call.
  it.each(['hang', 'hang_after', 'drop_before', 'drop_after'])(
    'takes no answer for a calendar that cannot be asked now: %s',
    async (action) => {
      google.addFault('google', { target: 'calendars', action });

      const thrown = await adapter(300)
        .calendars(access)
        .catch((one: unknown) => one);

      expect(thrown).toBeInstanceOf(CalendarUnavailable);
      expect(JSON.stringify([String(thrown), thrown])).not.toContain(access.accessToken);
    },
  );

  // Seen failing with `calendarsPerQuestion` 60.
  it('asks about 50 calendars at a time, and misses none', async () => {
    const team = 'owner-casaverde-example-team@group.calendar.google.com';
    const [from, to] = [new Date('2027-05-03T10:00:00Z'), new Date('2027-05-03T11:00:00Z')];
    const event = { summary: 'Fair', start: from.toISOString(), end: to.toISOString() };
    google.googlePersonActs({ kind: 'create', account: email, calendarId: team, ...event });
    const calendarIds = [...Array.from({ length: 50 }, () => email), team];
    const within = {
      start: new Date('2027-05-03T00:00:00Z'),
      end: new Date('2027-05-04T00:00:00Z'),
    };
    const before = google.googleRequests().length;

    const busy = await adapter().busy(access, { calendarIds, within });

    expect(busy).toEqual([{ start: from, end: to }]);
    const asked = google.googleRequests().slice(before);
    expect(asked.map(({ status }) => status)).toEqual([200, 200]);
  });
});
