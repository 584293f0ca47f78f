import { answer, bodyOf, type ControlRoute } from '../control/answer.ts';
import { openPhoneEvents } from '../control/open-phone-events.ts';
import type { Exchange } from '../lib/http.ts';
import { textAt } from '../lib/json.ts';
import { parseGoogleFault } from './faults.ts';
import { personActs } from './person-acts.ts';
import { shownEvents } from './shown-events.ts';
import type { GoogleWorld } from './world.ts';

/** Every sync token that was given is too old from now on. */
export function invalidateSyncTokens({ age }: GoogleWorld): void {
  age.count += 1;
}

/** Whoever connected the account has to ask anew. */
export function revokeGoogle({ accounts, tokens }: GoogleWorld, email: string): void {
  tokens.revoke(email);
  accounts.of(email).knownApps.clear();
}

/** The control API of the simulated Google, below `/_simulator`. */
export const googleRoutes: Record<string, ControlRoute> = {
  'GET /google/accounts': ({ google }, exchange) => {
    const data = google.accounts
      .all()
      .map(({ email, calendars, refreshes }) => ({ email, calendars, refreshes }));
    answer(exchange, 200, { data });
  },
  'GET /google/events': ({ google }, exchange) => {
    const filter = Object.fromEntries(new URLSearchParams(exchange.query));
    answer(exchange, 200, { data: shownEvents(google, filter) });
  },
  'POST /google/acts': async ({ google }, exchange) => {
    const acted = personActs(google, await bodyOf(exchange));
    if (typeof acted === 'string') answer(exchange, 400, { error: acted });
    else answer(exchange, 200, acted);
  },
  'GET /google/requests': ({ google }, exchange) =>
    answer(exchange, 200, { data: google.requests.entries().filter(isAfter(exchange)) }),
  'GET /google/invitations': ({ google }, exchange) =>
    answer(exchange, 200, { data: google.invitations.entries().filter(isAfter(exchange)) }),
  'GET /google/channels': ({ google }, exchange) =>
    answer(exchange, 200, { data: google.channels.all() }),
  'GET /google/watch-events': ({ google }, exchange) =>
    openPhoneEvents(google.hub, exchange, ['accountId', 'calendarId']),
  'POST /google/revocations': async ({ google }, exchange) => {
    const email = textAt(await bodyOf(exchange), 'account');
    if (email === undefined) return answer(exchange, 400, { error: 'no account' });
    revokeGoogle(google, email);
    answer(exchange, 200, {});
  },
  'POST /google/sync-tokens/invalidate': ({ google }, exchange) => {
    exchange.request.resume();
    invalidateSyncTokens(google);
    answer(exchange, 200, {});
  },
  'POST /google/faults': async ({ google }, exchange) => {
    const fault = parseGoogleFault(await bodyOf(exchange));
    if (fault === undefined) return answer(exchange, 400, { error: 'no such fault' });
    google.faults.add(fault);
    answer(exchange, 200, fault);
  },
  'DELETE /google/faults': ({ google }, exchange) => {
    google.faults.clear();
    answer(exchange, 200, {});
  },
};

function isAfter({ query }: Exchange) {
  const after = Number(new URLSearchParams(query).get('after') ?? 0);
  return ({ sequence }: { sequence: number }) => sequence > after;
}
