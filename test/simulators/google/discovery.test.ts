import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { textAt } from '../../../simulators/lib/json.ts';
import { eventually } from '../../support/eventually.ts';
import { googleClient } from '../../support/google-client.ts';
import { noDiscovery, readDiscovery, recordedViolations } from '../../support/google-discovery.ts';
import { type Harness, startHarness } from '../harness.ts';

const discovery = readDiscovery();
const email = 'owner@example.com';
const insert = { method: 'POST', path: '/calendar/v3/calendars/primary/events' };
const at10 = {
  start: { dateTime: '2026-12-01T10:00:00-03:00', timeZone: 'America/Sao_Paulo' },
  end: { dateTime: '2026-12-01T10:30:00-03:00', timeZone: 'America/Sao_Paulo' },
};
let harness: Harness;

beforeAll(async () => {
  harness = await startHarness({ googleMeetAfterMs: 5 });
});
afterAll(() => harness.close());

if (discovery === undefined) {
  it.skip(noDiscovery, () => {});
} else {
  describe('the simulated Google, against the discovery document', () => {
    it('is asked and answers only what the document knows', async () => {
      await useEverything();

      const requests = harness.simulators.googleRequests();
      const wrong = recordedViolations(discovery, requests);

      expect(wrong).toEqual([]);
      expect([...new Set(requests.map(({ target }) => target))].toSorted()).toEqual([
        'calendars',
        'delete',
        'freebusy',
        'get',
        'insert',
        'list',
        'patch',
        'stop',
        'watch',
      ]);
    });
  });

  describe('the check against the discovery document', () => {
    it.each([
      ['a parameter that nobody knows', { ...insert, query: { sendUpdate: 'all' }, body: at10 }],
      ['a parameter out of its choices', { ...insert, query: { sendUpdates: 'some' }, body: at10 }],
      [
        'a number out of its range',
        { ...insert, query: { conferenceDataVersion: '2' }, body: at10 },
      ],
      ['a name that nobody knows', { ...insert, query: {}, body: { ...at10, sumary: 'x' } }],
      ['what only Google says', { ...insert, query: {}, body: { ...at10, hangoutLink: 'x' } }],
      [
        'a time of another form',
        { ...insert, query: {}, body: { ...at10, end: { dateTime: 'noon' } } },
      ],
      ['what is missing', { ...insert, query: {}, body: { start: at10.start } }],
      ['a path that nobody knows', { method: 'GET', path: '/calendar/v3/nothing', query: {} }],
    ])('finds %s in a request', (_, request) => {
      expect(discovery.requestViolations(request)).toHaveLength(1);
    });

    it('finds an unknown name, a wrong type and another shape of error in an answer', () => {
      const request = { ...insert, query: {} };

      expect(discovery.answerViolations(request, 200, { id: 1, ids: 'x' })).toHaveLength(2);
      expect(discovery.answerViolations(request, 400, { error: 'bad' })).toHaveLength(1);
    });
  });
}

async function useEverything(): Promise<void> {
  const client = googleClient(harness.simulators, { email });
  const conferenceData = {
    createRequest: { requestId: 'r1', conferenceSolutionKey: { type: 'hangoutsMeet' } },
  };
  await client.call('GET', 'users/me/calendarList?maxResults=250');
  await client.insert(
    {
      id: 'allofit',
      summary: 'Visit',
      description: 'A word',
      attendees: [{ email: 'guest@example.org', displayName: 'Ana' }],
      extendedProperties: { private: { meeting: 'm1' } },
      reminders: { useDefault: false, overrides: [{ method: 'popup', minutes: 10 }] },
      conferenceData,
      ...at10,
    },
    '?conferenceDataVersion=1&sendUpdates=all',
  );
  await client.insert({ id: 'allofit', ...at10 });
  await client.insert({ start: { date: '2026-12-02' }, end: { date: '2026-12-03' } });
  await eventually('the link', async () =>
    textAt((await client.get('allofit')).body, 'hangoutLink'),
  );
  await client.patch('allofit', { summary: 'Other' }, '?sendUpdates=all&conferenceDataVersion=1');
  const within = { timeMin: '2026-12-01T00:00:00Z', timeMax: '2026-12-05T00:00:00Z' };
  await client.freeBusy({ ...within, items: [{ id: 'primary' }, { id: 'other@example.com' }] });
  const first = await client.list('?singleEvents=true&maxResults=1&timeMin=2026-11-01T00:00:00Z');
  const pageToken = textAt(first.body, 'nextPageToken') ?? '';
  const last = await client.list(
    `?singleEvents=true&maxResults=1&timeMin=2026-11-01T00:00:00Z&pageToken=${pageToken}`,
  );
  await client.remove('allofit', '?sendUpdates=all');
  await client.remove('allofit');
  const syncToken = textAt(last.body, 'nextSyncToken') ?? '';
  await client.list(`?singleEvents=true&syncToken=${syncToken}`);
  harness.simulators.configure({ googleCancelledDetails: false });
  await client.list(`?syncToken=${syncToken}`);
  const channel = { id: 'c1', token: 't', type: 'web_hook', address: 'http://127.0.0.1:9/' };
  const expiration = String(Date.now() + 60_000);
  const opened = await client.watch({ ...channel, expiration });
  const resourceId = textAt(opened.body, 'resourceId') ?? '';
  await client.call('POST', 'channels/stop', { id: 'c1', resourceId });
}
