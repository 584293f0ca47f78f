import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type RunningSimulators, startSimulators } from '../../../simulators/start.ts';
import { googleCalendar } from '../../../src/meetings/google/google-calendar.ts';
import { scopes } from '../../../src/meetings/google/scopes.ts';
import { eventually } from '../../support/eventually.ts';
import { noDiscovery, readDiscovery, recordedViolations } from '../../support/google-discovery.ts';

const discovery = readDiscovery();
let simulators: RunningSimulators;

beforeAll(async () => {
  simulators = await startSimulators({
    webhookUrl: 'http://127.0.0.1:9/',
    appSecret: 'a-secret',
    googleMeetAfterMs: 10,
  });
});
afterAll(() => simulators.close());

it('does with a calendar whatever is asked of it, with the scopes that we ask for', async () => {
  expect(await useCalendar()).toEqual({
    calendars: 3,
    inserted: ['inserted', 'existed'],
    busy: [{ start: new Date('2026-12-01T13:00:00Z'), end: new Date('2026-12-01T13:30:00Z') }],
    movedTo: new Date('2026-12-01T15:00:00Z'),
    afterwards: true,
    changes: [['visit', true]],
    expired: 'token_expired',
  });
});

if (discovery === undefined) {
  it.skip(noDiscovery, () => {});
} else {
  it('asks nothing that the discovery document does not know', () => {
    const requests = simulators.googleRequests();

    expect(requests.length).toBeGreaterThan(10);
    expect(recordedViolations(discovery, requests)).toEqual([]);
  });
}

async function useCalendar() {
  const calendar = googleCalendar({ apiUrl: simulators.googleApiUrl, timeoutMs: 5_000 });
  const access = simulators.grantGoogle('owner@example.com', scopes);
  const place = { calendarId: 'primary', eventId: 'visit' };
  const event = {
    eventId: 'visit',
    meetingId: 'm-1',
    title: 'Visit',
    description: 'With Ana',
    start: new Date('2026-12-01T13:00:00Z'),
    end: new Date('2026-12-01T13:30:00Z'),
    timeZone: 'America/Sao_Paulo',
    attendees: [{ email: 'ana@example.org', name: 'Ana' }],
    wantsMeet: true,
  };
  const since = new Date('2026-11-01T00:00:00Z');
  const look = (syncToken: string | null) =>
    calendar.changes(access, { calendarId: 'primary', syncToken, pageToken: null, since });
  const calendars = await calendar.calendars(access);
  const inserted = [
    (await calendar.insert(access, 'primary', event)).outcome,
    (await calendar.insert(access, 'primary', event)).outcome,
  ];
  await eventually('the video call', async () => {
    const read = await calendar.read(access, place);
    return read !== 'gone' && read.meet.state === 'ready';
  });
  const within = { start: since, end: new Date('2026-12-31T00:00:00Z') };
  const busy = await calendar.busy(access, { calendarIds: ['primary'], within });
  const first = await look(null);
  const to = { start: new Date('2026-12-01T15:00:00Z'), end: new Date('2026-12-01T15:30:00Z') };
  const moved = await calendar.move(access, place, { ...to, timeZone: 'America/Sao_Paulo' });
  const channel = { channelId: 'c-1', token: 'a-token', address: 'http://127.0.0.1:9/' };
  const endsAt = new Date(Date.now() + 3_600_000);
  const opened = await calendar.watch(access, { calendarId: 'primary', ...channel, endsAt });
  await calendar.unwatch(access, { channelId: 'c-1', resourceId: opened.resourceId });
  await calendar.remove(access, place);
  await calendar.remove(access, place);
  const gone = await calendar.read(access, place);
  const syncToken = first.changes === 'page' ? first.nextSyncToken : null;
  const changed = await look(syncToken);
  simulators.invalidateGoogleSyncTokens();
  const expired = await look(syncToken);
  return {
    calendars: calendars.length,
    inserted,
    busy,
    movedTo: moved === 'gone' ? null : moved.start,
    afterwards: gone === 'gone' || gone.isCancelled,
    changes:
      changed.changes === 'page'
        ? changed.events.map(({ eventId, isCancelled }) => [eventId, isCancelled])
        : [],
    expired: expired.changes,
  };
}
