import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { objectAt, objectsAt, textAt } from '../../../simulators/lib/json.ts';
import { eventually } from '../../support/eventually.ts';
import { googleClient } from '../../support/google-client.ts';
import { type Harness, startHarness } from '../harness.ts';

let harness: Harness;
let people = 0;

beforeAll(async () => {
  harness = await startHarness({ googleMeetAfterMs: 20 });
});
afterAll(() => harness.close());

function somebody() {
  people += 1;
  const email = `person-${people}@example.com`;
  return { email, client: googleClient(harness.simulators, { email }) };
}

const times = (from: string, to: string) => ({
  start: { dateTime: `2026-12-01T${from}:00-03:00`, timeZone: 'America/Sao_Paulo' },
  end: { dateTime: `2026-12-01T${to}:00-03:00`, timeZone: 'America/Sao_Paulo' },
});
const at10 = times('10:00', '10:30');

describe('events of the simulated Google', () => {
  it('are written once under the id that the writer chose, also after they were deleted', async () => {
    const { client } = somebody();

    const first = await client.insert({ id: 'abcde12345', summary: 'Visit', ...at10 });
    const again = await client.insert({ id: 'abcde12345', summary: 'Visit', ...at10 });
    await client.remove('abcde12345');
    const later = await client.insert({ id: 'abcde12345', summary: 'Visit', ...at10 });

    expect([first.status, again.status, later.status]).toEqual([200, 409, 409]);
    expect(first.body).toMatchObject({
      id: 'abcde12345',
      status: 'confirmed',
      start: { dateTime: '2026-12-01T10:00:00-03:00' },
    });
    expect(again.body['error']).toMatchObject({ errors: [{ reason: 'duplicate' }] });
  });

  it.each([
    ['an id that Google takes from nobody', { id: 'WXYZ-1234', ...at10 }],
    ['an end before the start', times('11:00', '10:00')],
    [
      'a time without offset and zone',
      { start: { dateTime: '2026-12-01T10:00:00' }, end: at10.end },
    ],
    ['a zone that is none', { ...at10, start: { ...at10.start, timeZone: 'Mars/Base' } }],
    ['an address that is none', { ...at10, attendees: [{ email: 'nobody' }] }],
    ['a name that Google does not know', { ...at10, sumary: 'Visit' }],
    ['no end', { start: at10.start }],
  ])('are refused with %s', async (_, body) => {
    expect((await somebody().client.insert(body)).status).toBe(400);
  });

  it('refuse a parameter that nobody knows', async () => {
    expect((await somebody().client.insert(at10, '?sendUpdate=all')).status).toBe(400);
  });

  it('get their video call a while after they were written', async () => {
    const { client } = somebody();
    const conferenceData = {
      createRequest: { requestId: 'r1', conferenceSolutionKey: { type: 'hangoutsMeet' } },
    };

    const { body } = await client.insert({ ...at10, conferenceData }, '?conferenceDataVersion=1');

    expect(objectAt(body, 'conferenceData')).toMatchObject({
      createRequest: { status: { statusCode: 'pending' } },
    });
    const link = await eventually('the link', async () =>
      textAt((await client.get(textAt(body, 'id') ?? '')).body, 'hangoutLink'),
    );
    expect(link).toMatch(/^https:\/\/meet\.google\.com\/[a-z]{3}-[a-z]{4}-[a-z]{3}$/);
  });

  it('may get no video call', async () => {
    const { client, email } = somebody();
    const fault = { target: 'insert', action: 'meet_failure', account: email };
    harness.simulators.addFault('google', fault);
    const conferenceData = { createRequest: { requestId: 'r1' } };

    await client.insert({ id: 'nomeet', ...at10, conferenceData }, '?conferenceDataVersion=1');

    await eventually('the failure', async () =>
      JSON.stringify((await client.get('nomeet')).body).includes('"statusCode":"failure"'),
    );
  });

  it('keep what a patch does not name', async () => {
    const { client } = somebody();
    const extendedProperties = { private: { meeting: 'm1' } };
    const first = await client.insert({
      id: 'patched',
      summary: 'Visit',
      extendedProperties,
      ...at10,
    });

    const { body } = await client.patch('patched', times('15:00', '15:30'));

    expect(body).toMatchObject({
      summary: 'Visit',
      extendedProperties,
      start: { dateTime: '2026-12-01T15:00:00-03:00' },
      sequence: 1,
    });
    expect(body['etag']).not.toBe(first.body['etag']);
  });

  it('are patched only as they are known, where the writer says so', async () => {
    const { client } = somebody();
    const { body } = await client.insert({ id: 'matched', ...at10 });
    const etag = textAt(body, 'etag') ?? '';
    const path = 'calendars/primary/events/matched';

    const first = await client.call('PATCH', path, { summary: 'a' }, { 'if-match': etag });
    const second = await client.call('PATCH', path, { summary: 'b' }, { 'if-match': etag });

    expect([first.status, second.status]).toEqual([200, 412]);
  });

  it('are deleted once, and stay to be read', async () => {
    const { client } = somebody();
    await client.insert({ id: 'deleted', ...at10 });

    const statuses = [
      (await client.remove('deleted')).status,
      (await client.remove('deleted')).status,
      (await client.patch('deleted', { summary: 'x' })).status,
      (await client.remove('neverwas')).status,
    ];

    expect(statuses).toEqual([204, 410, 410, 404]);
    expect((await client.get('deleted')).body['status']).toBe('cancelled');
  });

  it('cannot be written to a calendar that may only be read', async () => {
    const holidays = encodeURIComponent('en.holidays#holiday@group.v.calendar.google.com');

    const { status } = await somebody().client.call('POST', `calendars/${holidays}/events`, at10);

    expect(status).toBe(403);
  });

  it('are mailed to who is invited, when the writer wants it', async () => {
    const { client, email } = somebody();
    const attendees = [{ email: 'guest@example.org' }, { email }];
    await client.insert({ id: 'mailed', attendees, ...at10 }, '?sendUpdates=all');
    await client.patch('mailed', { description: 'quietly' });
    await client.patch('mailed', times('16:00', '17:00'), '?sendUpdates=all');
    await client.remove('mailed', '?sendUpdates=all');

    const mails = harness.simulators.googleInvitations().filter((one) => one.calendarId === email);

    expect(mails.map(({ to, kind }) => `${kind} ${to}`)).toEqual([
      'invited guest@example.org',
      'updated guest@example.org',
      'cancelled guest@example.org',
    ]);
  });
});

describe('freeBusy of the simulated Google', () => {
  const within = { timeMin: '2026-12-01T00:00:00Z', timeMax: '2026-12-03T00:00:00Z' };
  const items = [{ id: 'primary' }];

  it('joins what is busy, and leaves out what is not', async () => {
    const { client } = somebody();
    await client.insert(at10);
    await client.insert(times('10:15', '11:00'));
    await client.insert({ ...times('14:00', '15:00'), transparency: 'transparent' });
    await client.insert({ id: 'nomore', ...times('16:00', '17:00') });
    await client.remove('nomore');

    const { body } = await client.freeBusy({ ...within, items });

    expect(objectAt(body, 'calendars')).toEqual({
      primary: { busy: [{ start: '2026-12-01T13:00:00Z', end: '2026-12-01T14:00:00Z' }] },
    });
  });

  it('counts whole days from midnight of the calendar', async () => {
    const { client } = somebody();
    await client.insert({ start: { date: '2026-12-02' }, end: { date: '2026-12-03' } });

    const timeMax = '2026-12-05T00:00:00Z';
    const { body } = await client.freeBusy({ ...within, timeMax, items });

    expect(objectAt(objectAt(body, 'calendars'), 'primary')).toEqual({
      busy: [{ start: '2026-12-02T03:00:00Z', end: '2026-12-03T03:00:00Z' }],
    });
  });

  it('answers 200 with an error inside for a calendar that nobody knows, or by a fault', async () => {
    const { client, email } = somebody();

    const { status, body } = await client.freeBusy({ ...within, items: [{ id: 'other@a.b' }] });
    harness.simulators.addFault('google', { target: 'freebusy', action: 'errors', account: email });
    const faulty = await client.freeBusy({ ...within, items });

    expect([status, objectAt(objectAt(body, 'calendars'), 'other@a.b')]).toEqual([
      200,
      { errors: [{ domain: 'global', reason: 'notFound' }], busy: [] },
    ]);
    expect(JSON.stringify(faulty.body)).toContain('internalError');
  });

  it('refuses more than 50 calendars, and more than about 90 days', async () => {
    const { client } = somebody();
    const many = Array.from({ length: 51 }, (_, at) => ({ id: `c${at}@example.com` }));
    const timeMax = '2027-04-01T00:00:00Z';

    const statuses = [
      (await client.freeBusy({ ...within, items: many })).status,
      (await client.freeBusy({ ...within, timeMax, items })).status,
    ];

    expect(statuses).toEqual([400, 400]);
  });
});

describe('calendarList of the simulated Google', () => {
  it('has the account’s own calendar, its team’s, and one to read', async () => {
    const { client, email } = somebody();

    const { body } = await client.call('GET', 'users/me/calendarList');

    const items = objectsAt(body, 'items').map((one) => [one['accessRole'], one['primary']]);
    expect(items).toEqual([
      ['owner', true],
      ['owner', undefined],
      ['reader', undefined],
    ]);
    expect(objectsAt(body, 'items')[0]?.['id']).toBe(email);
  });
});
