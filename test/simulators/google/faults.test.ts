import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { objectsAt } from '../../../simulators/lib/json.ts';
import { askToken, everyScope, googleClient } from '../../support/google-client.ts';
import { type Harness, startHarness } from '../harness.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

const email = 'faulty@example.com';
const times = {
  start: { dateTime: '2026-12-01T10:00:00Z' },
  end: { dateTime: '2026-12-01T10:30:00Z' },
};
const client = () => googleClient(harness.simulators, { email });
const fault = (one: object) => harness.control('POST', '/google/faults', one);

describe('faults of the simulated Google', () => {
  it('answer errors as Google does, as often as they are told', async () => {
    await fault({ target: 'list', action: 'error', status: 429, retryAfter: 7, times: 2 });

    const first = await client().list();
    const statuses = [(await client().list()).status, (await client().list()).status];

    expect([first.status, first.headers.get('retry-after'), ...statuses]).toEqual([
      429,
      '7',
      429,
      200,
    ]);
    expect(first.body['error']).toMatchObject({
      errors: [{ domain: 'usageLimits', reason: 'rateLimitExceeded' }],
    });
  });

  it('cut the connection after it was done, or before', async () => {
    await fault({ target: 'insert', action: 'drop_after', eventId: 'dropafter' });
    await fault({ target: 'insert', action: 'drop_before', eventId: 'dropbefore' });

    await expect(client().insert({ id: 'dropafter', ...times })).rejects.toThrow();
    await expect(client().insert({ id: 'dropbefore', ...times })).rejects.toThrow();

    const written = harness.simulators.googleEvents({ account: email });
    expect(written.map(({ eventId }) => eventId)).toEqual(['dropafter']);
  });

  it('let a token go wrong', async () => {
    await fault({ target: 'token', action: 'error', status: 400, account: email });
    const { refreshToken } = harness.simulators.grantGoogle(email, everyScope);

    const answer = await askToken(harness.simulators, {
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
    });

    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('make no sense with an unknown target', async () => {
    expect((await fault({ target: 'everything', action: 'error' })).status).toBe(400);
  });
});

describe('the control of the simulated Google', () => {
  it('keeps requests without secrets', async () => {
    const { refreshToken, accessToken } = harness.simulators.grantGoogle(email, everyScope);
    await askToken(harness.simulators, {
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
    });
    await client().list();

    const { body } = await harness.control('GET', '/google/requests');

    const kept = JSON.stringify(body);
    expect(objectsAt(body, 'data').map(({ target }) => target)).toContain('token');
    for (const secret of [refreshToken, accessToken, 'simulated-google-secret']) {
      expect(kept).not.toContain(secret);
    }
  });

  it('shows a calendar as it changes', async () => {
    const address = `${harness.simulators.url}/_simulator/google/watch-events?accountId=${email}`;
    const stream = await fetch(address);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    await reader?.read();

    const act = { kind: 'create', account: email, summary: 'Lunch' };
    await harness.control('POST', '/google/acts', {
      ...act,
      start: '2026-12-01T12:00:00Z',
      end: '2026-12-01T13:00:00Z',
    });

    const { value } = (await reader?.read()) ?? {};
    await reader?.cancel();
    expect(value).toContain('event: calendar');
    expect(value).toContain('"summary":"Lunch"');
  });

  it('forgets everything with a reset', async () => {
    await client().insert({ id: 'forgotten', ...times });
    await harness.control('POST', '/reset');

    expect(harness.simulators.googleEvents({ status: 'all' })).toEqual([]);
    expect(harness.simulators.googleRequests()).toEqual([]);
  });
});
