import { type Exchange, sendJson } from '../lib/http.ts';
import { answerCalendarApi } from './calendar-api.ts';
import { answerGoogleConsent } from './consent-screen.ts';
import { calendarPath, googlePaths } from './paths.ts';
import { answerGoogleTokens } from './token-api.ts';
import type { GoogleWorld } from './world.ts';

/** Whether a request is for one of Google's hosts. */
export function isGoogleRequest({ path }: Exchange): boolean {
  return Object.values(googlePaths).some((host) => path.startsWith(`${host}/`));
}

/** Answers one request to the consent page, for tokens, or to the Calendar API. */
export async function answerGoogle(world: GoogleWorld, exchange: Exchange): Promise<void> {
  const { path, method } = exchange;
  if (path.startsWith(`${googlePaths.consent}/`)) return answerGoogleConsent(world, exchange);
  if (path.startsWith(calendarPath)) return answerCalendarApi(world, exchange);
  const isTokenPath = /\/(token|revoke)$/.test(path) && path.startsWith(googlePaths.tokens);
  if (isTokenPath && method === 'POST') return answerGoogleTokens(world, exchange);
  exchange.request.resume();
  sendJson(exchange.response, 404, { error: 'not_found' });
}
