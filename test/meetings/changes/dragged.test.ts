import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningSimulators } from '../../../simulators/start.ts';
import { asTenant } from '../../../src/lib/tenant.ts';
import { writeMeeting } from '../../../src/meetings/booking/write-meeting.ts';
import { CalendarRefused } from '../../../src/meetings/calendar-errors.ts';
import { moveMeeting } from '../../../src/meetings/change-meeting.ts';
import { findElsewhere } from '../../../src/meetings/changes/find-elsewhere.ts';
import { owedMessages, storedMeeting } from '../../support/arrange-meeting.ts';
import { bookingTestDeps } from '../../support/booking-stage.ts';
import {
  arrangeBusiness,
  type Business,
  changeDepsOf,
  inHours,
  lookAt,
  startGoogle,
  type Written,
  writtenMeeting,
} from '../../support/change-stage.ts';
import { scriptedCalendar } from '../../support/scripted-calendar.ts';
import { seen } from '../../support/seen-event.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

let database: TestDatabase;
let simulators: RunningSimulators;

beforeAll(async () => {
  database = await createTestDatabase();
  simulators = await startGoogle();
});
afterAll(async () => {
  await simulators.close();
  await database.drop();
});

const teamOf = ({ email }: Business) =>
  `${email.replace(/[^a-z0-9]+/gi, '-')}-team@group.calendar.google.com`;

const look = (business: Business, calendarId: string) =>
  lookAt(database, simulators, business, { calendarId });

async function arrange(): Promise<{ business: Business; meeting: Written }> {
  const business = await arrangeBusiness(database, simulators);
  const meeting = await writtenMeeting(database, simulators, business);
  await look(business, business.email);
  return { business, meeting };
}

function drag({ eventId }: Written, business: Business): void {
  simulators.googlePersonActs({ kind: 'drag', eventId, toCalendarId: teamOf(business) });
}

const told = async ({ meetingId }: Written) =>
  (await owedMessages(database.owner, meetingId)).map(({ kind }) => kind);

describe('an event that somebody drags into another calendar', () => {
  // Seen failing without findDragged: the customer was told that the meeting was cancelled.
  it('is still the meeting’s, and nobody is told anything', async () => {
    const { business, meeting } = await arrange();

    drag(meeting, business);
    await look(business, business.email);

    expect(await storedMeeting(database.owner, meeting.meetingId)).toMatchObject({
      status: 'scheduled',
      version: 1,
      google_calendar_id: teamOf(business),
    });
    expect(await told(meeting)).toEqual([]);
  });

  it('is looked after there: moved and deleted in the new calendar, the customer is told', async () => {
    const { business, meeting } = await arrange();
    drag(meeting, business);
    await look(business, business.email);
    const { eventId } = meeting;

    const [start, end] = [inHours(72), inHours(72.5)];
    simulators.googlePersonActs({ kind: 'move', eventId, start, end });
    await look(business, teamOf(business));
    expect(await told(meeting)).toContain('moved');

    simulators.googlePersonActs({ kind: 'cancel', eventId });
    await look(business, teamOf(business));
    expect(await told(meeting)).toContain('cancelled');
    expect(await storedMeeting(database.owner, meeting.meetingId)).toMatchObject({
      status: 'cancelled',
      meeting_time: inHours(72),
    });
  });

  it('has its new time at once when it was dragged and moved before anybody looked', async () => {
    const { business, meeting } = await arrange();
    drag(meeting, business);
    const [start, end] = [inHours(76), inHours(76.5)];
    simulators.googlePersonActs({ kind: 'move', eventId: meeting.eventId, start, end });

    await look(business, business.email);

    expect(await storedMeeting(database.owner, meeting.meetingId)).toMatchObject({
      status: 'scheduled',
      meeting_time: inHours(76),
    });
    expect(await told(meeting)).toContain('moved');
  });

  it('is found also when the old calendar has nothing left of it', async () => {
    const { business, meeting } = await arrange();
    drag(meeting, business);
    simulators.invalidateGoogleSyncTokens();

    await look(business, business.email);

    expect(await storedMeeting(database.owner, meeting.meetingId)).toMatchObject({
      status: 'scheduled',
      google_calendar_id: teamOf(business),
    });
  });

  // Seen failing with 'gone' recorded for it: a customer's own move called the meeting off.
  it('is moved there by what was agreed before anybody looked', async () => {
    const { business, meeting } = await arrange();
    const { meetingId, eventId } = meeting;
    const { userId } = business.tenant;
    const sync = changeDepsOf(database, simulators, business);
    const deps = bookingTestDeps(sync.app, {
      calendar: sync.calendar,
      withCalendar: sync.withAccess,
    });
    drag(meeting, business);
    await asTenant(sync.app, userId, (tx) =>
      moveMeeting(
        tx,
        { userId, meetingId },
        { to: { start: inHours(80) }, by: 'customer', reminderMinutes: [] },
      ),
    );

    expect(await writeMeeting(deps, { userId, meetingId }, 'answer')).toEqual({ result: 'later' });
    expect(await writeMeeting(deps, { userId, meetingId }, 'message')).toEqual({ result: 'done' });

    const events = simulators.googleEvents({ eventId });
    expect(events.map(({ calendarId, start }) => [calendarId, start])).toEqual([
      [teamOf(business), inHours(80).toISOString()],
    ]);
    expect(await storedMeeting(database.owner, meetingId)).toMatchObject({
      status: 'scheduled',
      google_calendar_id: teamOf(business),
    });
  });
});

describe('findElsewhere', () => {
  const event = seen({
    eventId: 'rapport1',
    meetingId: 'mtg_1',
    title: '',
    description: '',
    start: inHours(1),
    end: inHours(2),
    timeZone: 'UTC',
    attendees: [],
    wantsMeet: false,
  });
  const list = (calendarId: string, mayWrite = true) => ({
    calendarId,
    name: calendarId,
    timeZone: null,
    isPrimary: false,
    mayWrite,
  });
  const ask = (here: Partial<typeof event> | 'gone', mayWrite = true) =>
    findElsewhere(
      scriptedCalendar({
        calendars: async () => [list('old'), list('other', mayWrite)],
        read: async () => (here === 'gone' ? 'gone' : { ...event, ...here }),
      }),
      { accessToken: 'token' },
      { calendarId: 'old', eventId: 'rapport1' },
    );

  it('finds it where it is the calendar’s own', async () => {
    expect(await ask({})).toMatchObject({ calendarId: 'other' });
  });

  // Each seen failing with its condition taken out.
  it.each([
    ['it is not there', 'gone' as const],
    ['it was deleted there too', { isCancelled: true }],
    ['somebody was only invited', { isOrganizedHere: false }],
  ])('does not where %s', async (_where, here) => {
    expect(await ask(here)).toBeUndefined();
  });

  it('goes on to the next one where one refuses to be read', async () => {
    const calendar = scriptedCalendar({
      calendars: async () => [list('odd'), list('other')],
      read: async (_access, { calendarId }) => {
        if (calendarId === 'odd') throw new CalendarRefused('403');
        return event;
      },
    });

    expect(
      await findElsewhere(
        calendar,
        { accessToken: 'token' },
        { calendarId: 'old', eventId: 'rapport1' },
      ),
    ).toMatchObject({ calendarId: 'other' });
  });

  it('does not where the account may only look', async () => {
    expect(await ask({}, false)).toBeUndefined();
  });
});
