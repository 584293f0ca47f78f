import { createHash } from 'node:crypto';
import { isObject, type JsonObject } from '../../simulators/lib/json.ts';
import type { RunningSimulators } from '../../simulators/start.ts';
import { oauthBrowser } from './oauth-browser.ts';

export const scopeBase = 'https://www.googleapis.com/auth/calendar';
export const everyScope = [
  `${scopeBase}.events`,
  `${scopeBase}.freebusy`,
  `${scopeBase}.calendarlist.readonly`,
];

export type GoogleAnswer = { status: number; body: JsonObject; headers: Headers };

/** Calls the simulated Calendar API by plain HTTP, as an account that allowed these scopes. */
export function googleClient(
  simulators: RunningSimulators,
  { email, scopes = everyScope }: { email: string; scopes?: string[] },
) {
  const { accessToken } = simulators.grantGoogle(email, scopes);
  const call = async (
    method: string,
    path: string,
    body?: JsonObject,
    headers: Record<string, string> = {},
  ): Promise<GoogleAnswer> =>
    answerOf(
      await fetch(`${simulators.googleApiUrl}/calendar/v3/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${accessToken}`,
          'content-type': 'application/json',
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
  const events = 'calendars/primary/events';
  return {
    call,
    insert: (body: JsonObject, query = '') => call('POST', `${events}${query}`, body),
    get: (id: string) => call('GET', `${events}/${id}`),
    patch: (id: string, body: JsonObject, query = '') =>
      call('PATCH', `${events}/${id}${query}`, body),
    remove: (id: string, query = '') => call('DELETE', `${events}/${id}${query}`),
    list: (query = '') => call('GET', `${events}${query}`),
    freeBusy: (body: JsonObject) => call('POST', 'freeBusy', body),
    watch: (body: JsonObject) => call('POST', `${events}/watch`, body),
  };
}

const verifier = 'a-verifier-of-tests-that-is-long-enough-for-pkce';
const redirectUri = 'http://127.0.0.1:9/callback';

/** Goes over the consent page and answers the address that it leads back to. */
export function consent(
  simulators: RunningSimulators,
  {
    more = {},
    ...decision
  }: Parameters<ReturnType<typeof oauthBrowser>['decide']>[1] & {
    more?: Record<string, string>;
  },
): Promise<string> {
  const query = new URLSearchParams({
    client_id: 'an-app',
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: everyScope.join(' '),
    access_type: 'offline',
    prompt: 'consent',
    state: 'a-state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  });
  return oauthBrowser().decide(`${simulators.googleAuthUrl}?${query}`, decision);
}

/** Asks the token endpoint, as the app does. */
export async function askToken(
  simulators: RunningSimulators,
  form: Record<string, string>,
): Promise<GoogleAnswer> {
  const body = new URLSearchParams({
    client_id: 'an-app',
    client_secret: 'simulated-google-secret',
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...form,
  });
  return answerOf(await fetch(simulators.googleTokenUrl, { method: 'POST', body }));
}

async function answerOf(response: Response): Promise<GoogleAnswer> {
  const text = await response.text();
  const body: unknown = text === '' ? {} : JSON.parse(text);
  return { status: response.status, body: isObject(body) ? body : {}, headers: response.headers };
}
