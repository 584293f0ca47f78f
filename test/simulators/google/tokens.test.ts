import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { textAt } from '../../../simulators/lib/json.ts';
import { askToken, consent, everyScope, googleClient } from '../../support/google-client.ts';
import { type Harness, startHarness } from '../harness.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

async function codeFor(email: string, more: Record<string, string> = {}): Promise<string> {
  const back = await consent(harness.simulators, { decision: 'allow', accounts: [email], more });
  return new URL(back).searchParams.get('code') ?? '';
}

const redeem = (code: string, more: Record<string, string> = {}) =>
  askToken(harness.simulators, { grant_type: 'authorization_code', code, ...more });
const refresh = (token: string) =>
  askToken(harness.simulators, { grant_type: 'refresh_token', refresh_token: token });

describe('the consent of the simulated Google', () => {
  it('leads back with a code that gives tokens once', async () => {
    const code = await codeFor('once@example.com');

    const first = await redeem(code);

    expect([first.status, first.body]).toEqual([
      200,
      {
        access_token: expect.stringMatching(/^ya29\./),
        refresh_token: expect.stringMatching(/^1\/\//),
        expires_in: 3600,
        scope: everyScope.join(' '),
        token_type: 'Bearer',
      },
    ]);
    expect(await redeem(code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('tells which scopes were left out', async () => {
    const [left = ''] = everyScope;
    const back = await consent(harness.simulators, { decision: 'allow', withoutScopes: [left] });

    const { body } = await redeem(new URL(back).searchParams.get('code') ?? '');

    expect(textAt(body, 'scope')).toBe(everyScope.slice(1).join(' '));
  });

  it('leads back with access_denied and the state', async () => {
    const back = new URL(await consent(harness.simulators, { decision: 'deny' }));

    expect(Object.fromEntries(back.searchParams)).toEqual({
      error: 'access_denied',
      state: 'a-state',
    });
  });

  it('is not asked without PKCE', async () => {
    const page = await fetch(
      `${harness.simulators.googleAuthUrl}?client_id=a&redirect_uri=http://a&response_type=code&scope=s`,
    );

    expect([page.status, await page.text()]).toEqual([
      400,
      expect.stringContaining('code_challenge'),
    ]);
  });

  it.each([
    ['invalid_grant', { code_verifier: 'another' }],
    ['invalid_grant', { client_id: 'another-app' }],
    ['redirect_uri_mismatch', { redirect_uri: 'http://127.0.0.1:9/elsewhere' }],
    ['invalid_client', { client_secret: 'another' }],
  ])('answers %s to %j', async (error, more: Record<string, string>) => {
    const answer = await redeem(await codeFor('careful@example.com'), more);

    expect(answer.body['error']).toBe(error);
  });

  it('gives a refresh token again only when it is asked to ask', async () => {
    const email = 'again@example.com';
    await redeem(await codeFor(email));

    const silent = await redeem(await codeFor(email, { prompt: 'none' }));
    const asked = await redeem(await codeFor(email));

    expect([silent.body['refresh_token'], asked.body['refresh_token']]).toEqual([
      undefined,
      expect.any(String),
    ]);
  });
});

describe('the tokens of the simulated Google', () => {
  it('are renewed, and counted', async () => {
    const email = 'renewed@example.com';
    const { refreshToken } = harness.simulators.grantGoogle(email, everyScope);

    const { status, body } = await refresh(refreshToken);

    expect([status, body['refresh_token']]).toEqual([200, undefined]);
    expect(harness.simulators.googleRefreshes(email)).toBe(1);
  });

  it('are good for nothing once they are revoked, until there is a new consent', async () => {
    const email = 'revoked@example.com';
    const client = googleClient(harness.simulators, { email });
    const { refreshToken } = harness.simulators.grantGoogle(email, everyScope);

    const revoked = await fetch(harness.simulators.googleTokenUrl.replace(/token$/, 'revoke'), {
      method: 'POST',
      body: new URLSearchParams({ token: refreshToken }),
    });

    expect(revoked.status).toBe(200);
    expect((await client.list()).status).toBe(401);
    expect(await refresh(refreshToken)).toMatchObject({
      status: 400,
      body: {
        error: 'invalid_grant',
        error_description: 'Token has been expired or revoked.',
      },
    });
    expect((await googleClient(harness.simulators, { email }).list()).status).toBe(200);
  });

  it('end with their time', async () => {
    harness.simulators.configure({ googleTokenLifeMs: 0 });
    const client = googleClient(harness.simulators, { email: 'late@example.com' });
    harness.simulators.configure({ googleTokenLifeMs: 3_600_000 });

    const { status, body } = await client.list();

    expect([status, body]).toEqual([
      401,
      { error: expect.objectContaining({ code: 401, status: 'UNAUTHENTICATED' }) },
    ]);
  });

  it('open only what was allowed', async () => {
    const [events = ''] = everyScope;
    const client = googleClient(harness.simulators, { email: 'few@example.com', scopes: [events] });

    const refused = await client.call('GET', 'users/me/calendarList');

    expect([refused.status, (await client.list()).status]).toEqual([403, 200]);
    expect(refused.body['error']).toMatchObject({
      errors: [{ domain: 'global', reason: 'insufficientPermissions' }],
    });
  });

  it('are good for a Google that began anew', async () => {
    const { accessToken } = harness.simulators.grantGoogle('kept@example.com', everyScope);
    const other = await startHarness();

    const answer = await fetch(
      `${other.simulators.googleApiUrl}/calendar/v3/users/me/calendarList`,
      { headers: { authorization: `Bearer ${accessToken}` } },
    );

    await other.close();
    expect(answer.status).toBe(200);
  });
});
