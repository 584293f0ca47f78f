import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { objectsAt, textAt } from '../../../simulators/lib/json.ts';
import { eventually } from '../../support/eventually.ts';
import { googleClient } from '../../support/google-client.ts';
import {
  type NotificationReceiver,
  startNotificationReceiver,
} from '../../support/google-receiver.ts';
import { type Harness, startHarness } from '../harness.ts';

let harness: Harness;
let receiver: NotificationReceiver;
let people = 0;

beforeAll(async () => {
  harness = await startHarness({ googleNotifyAfterMs: 5 });
  receiver = await startNotificationReceiver();
});
afterAll(async () => {
  await harness.close();
  await receiver.close();
});

function somebody() {
  people += 1;
  const email = `changing-${people}@example.com`;
  return { email, client: googleClient(harness.simulators, { email }) };
}

const hour = (at: string) => ({ start: `2026-12-01T${at}:00:00Z`, end: `2026-12-01T${at}:30:00Z` });

/** Three events by hand, and the sync token of whoever has read them. */
async function known() {
  const person = somebody();
  const { email: account, client } = person;
  const events = ['10', '11', '12'].map((at) =>
    harness.simulators.googlePersonActs({ kind: 'create', account, summary: at, ...hour(at) }),
  );
  const { body } = await client.list();
  return { ...person, events, syncToken: textAt(body, 'nextSyncToken') ?? '' };
}

describe('lists of the simulated Google', () => {
  it('come in pages, of which the last has the sync token', async () => {
    const { client, events } = await known();

    const first = await client.list('?maxResults=2');
    const token = textAt(first.body, 'nextPageToken') ?? '';
    const last = await client.list(`?maxResults=2&pageToken=${token}`);

    const ids = [first, last].flatMap(({ body }) => objectsAt(body, 'items').map(({ id }) => id));
    expect(ids).toEqual(events.map(({ eventId }) => eventId));
    expect(Object.keys(first.body)).not.toContain('nextSyncToken');
    expect(Object.keys(last.body)).toContain('nextSyncToken');
  });

  it('tell what changed since, also what was cancelled', async () => {
    const { client, email: account, events, syncToken } = await known();
    const [moved, cancelled] = events.map(({ eventId }) => eventId);
    harness.simulators.googlePersonActs({ kind: 'move', account, eventId: moved, ...hour('15') });
    harness.simulators.googlePersonActs({ kind: 'cancel', account, eventId: cancelled });

    const { body } = await client.list(`?syncToken=${syncToken}`);

    expect(objectsAt(body, 'items').map(({ id, status }) => [id, status])).toEqual([
      [moved, 'confirmed'],
      [cancelled, 'cancelled'],
    ]);
    const next = await client.list(`?syncToken=${textAt(body, 'nextSyncToken')}`);
    expect(objectsAt(next.body, 'items')).toEqual([]);
  });

  it('tell of what changed while they were read', async () => {
    const { client, email: account } = await known();
    const first = await client.list('?maxResults=2');
    const act = { kind: 'create', account, summary: 'between', ...hour('16') };
    const { eventId } = harness.simulators.googlePersonActs(act);
    const last = await client.list(`?pageToken=${textAt(first.body, 'nextPageToken')}`);

    const { body } = await client.list(`?syncToken=${textAt(last.body, 'nextSyncToken')}`);

    expect(objectsAt(body, 'items').map(({ id }) => id)).toEqual([eventId]);
  });

  it('want everything to be read anew when the token is too old', async () => {
    const { client, syncToken } = await known();
    harness.simulators.invalidateGoogleSyncTokens();

    const { status, body } = await client.list(`?syncToken=${syncToken}`);

    expect([status, body['error']]).toEqual([
      410,
      expect.objectContaining({
        errors: [expect.objectContaining({ domain: 'calendar', reason: 'fullSyncRequired' })],
      }),
    ]);
  });

  it('take no token together with times', async () => {
    const { client, syncToken } = await known();

    const { status } = await client.list(`?syncToken=${syncToken}&timeMin=2026-12-01T00:00:00Z`);

    expect(status).toBe(400);
  });
});

describe('channels of the simulated Google', () => {
  const told = (id: string) =>
    receiver.received.filter(({ headers }) => headers['x-goog-channel-id'] === id);

  async function open(id: string, more = {}) {
    const person = await known();
    const channel = { id, token: 'a-token', type: 'web_hook', address: receiver.url, ...more };
    return { ...person, opened: await person.client.watch(channel) };
  }

  it('tell that they are open, and of changes, without saying what changed', async () => {
    const { email: account, events, opened } = await open('channel-1');
    const eventId = events[0]?.eventId;
    harness.simulators.googlePersonActs({ kind: 'cancel', account, eventId });

    await eventually('both', () => told('channel-1').length === 2);

    const states = told('channel-1').map(({ headers, body }) => [
      headers['x-goog-resource-state'],
      headers['x-goog-message-number'],
      headers['x-goog-channel-token'],
      headers['x-goog-resource-id'],
      body,
    ]);
    const resourceId = textAt(opened.body, 'resourceId');
    expect(states).toEqual([
      ['sync', '1', 'a-token', resourceId, ''],
      ['exists', '2', 'a-token', resourceId, ''],
    ]);
  });

  it('tell again what was not taken', async () => {
    const { email: account } = await open('channel-2');
    await eventually('open', () => told('channel-2').length === 1);
    receiver.answers.push(503);

    harness.simulators.googlePersonActs({ kind: 'create', account, ...hour('17') });

    await eventually('told twice', () => told('channel-2').length === 3);
  });

  it('tell nothing once they are stopped', async () => {
    const { client, email: account, opened } = await open('channel-3');
    const other = { id: 'channel-4', type: 'web_hook', address: receiver.url };
    await client.watch(other);
    const resourceId = textAt(opened.body, 'resourceId') ?? '';
    await eventually('open', () => told('channel-3').length === 1);

    const { status } = await client.call('POST', 'channels/stop', { id: 'channel-3', resourceId });
    harness.simulators.googlePersonActs({ kind: 'create', account, ...hour('17') });

    await eventually('the other', () => told('channel-4').length === 2);
    expect([status, told('channel-3').length]).toEqual([204, 1]);
  });

  it('take no id twice, and no address without HTTPS beyond this machine', async () => {
    const { client } = await open('channel-5');
    const channel = { id: 'channel-5', type: 'web_hook', address: receiver.url };

    const twice = await client.watch(channel);
    const open6 = await client.watch({
      ...channel,
      id: 'channel-6',
      address: 'http://example.com',
    });

    expect([twice.status, open6.status]).toEqual([400, 400]);
  });
});

describe('acts in the simulated Google', () => {
  it('let who is invited answer', async () => {
    const { email: account } = somebody();
    const attendees = [{ email: 'guest@example.org' }];
    const act = { kind: 'create', account, attendees, ...hour('18') };
    const { eventId } = harness.simulators.googlePersonActs(act);

    const answered = await harness.control('POST', '/google/acts', {
      kind: 'respond',
      eventId,
      email: 'guest@example.org',
      response: 'declined',
    });

    expect(answered.body['attendees']).toEqual([
      { email: 'guest@example.org', responseStatus: 'declined' },
    ]);
  });
});
