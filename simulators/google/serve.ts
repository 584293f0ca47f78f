import { type Exchange, sendBytes, sendJson } from '../lib/http.ts';
import type { JsonObject } from '../lib/json.ts';
import type { GoogleError } from './errors.ts';
import type { GoogleFault } from './faults.ts';
import { googlePaths } from './paths.ts';
import type { GoogleRequest, GoogleTarget } from './requests.ts';
import type { GoogleWorld } from './world.ts';

/** What is known of a request before it is answered. */
export type Asked = {
  target: GoogleTarget | undefined;
  account: string | undefined;
  calendarId?: string;
  eventId?: string;
  body: JsonObject | undefined;
  faultBody: (error: GoogleError) => JsonObject;
};

/** What is answered; without a body, nothing but the status. */
export type Answer = { status: number; body?: JsonObject; etag?: string };

/** Answers and records a request, or lets it go wrong as a fault says. `answer` is given the fault that fits. */
export async function serve(
  world: GoogleWorld,
  exchange: Exchange,
  asked: Asked,
  answer: (fault: GoogleFault | undefined) => Answer,
): Promise<void> {
  const { response } = exchange;
  const at = new Date(world.now()).toISOString();
  const fault = world.faults.take((one) => fits(one, asked));
  if (fault !== undefined) await world.timers.wait(fault.delayMs);
  const keep = (status: number, body: JsonObject | undefined) =>
    keepRequest(world, exchange, asked, { at, status, answer: shownAnswer(asked, body) });
  if (fault?.action === 'hang' || fault?.action === 'drop_before') {
    keep(0, undefined);
    if (fault.action === 'drop_before') response.destroy();
    return;
  }
  if (fault?.action === 'error') {
    const { status, retryAfter } = fault.error;
    const body = asked.faultBody(fault.error);
    keep(status, body);
    sendJson(response, status, body, retryAfter === undefined ? {} : { 'retry-after': retryAfter });
    return;
  }
  const { status, body, etag } = answer(fault);
  if (fault?.action === 'hang_after' || fault?.action === 'drop_after') {
    keep(0, body);
    if (fault.action === 'drop_after') response.destroy();
    return;
  }
  keep(status, body);
  const headers = etag === undefined ? {} : { etag };
  if (body === undefined) sendBytes(response, status, Buffer.alloc(0), headers);
  else sendJson(response, status, body, headers);
}

function fits(fault: GoogleFault, asked: Asked): boolean {
  return (
    fault.target === asked.target &&
    [undefined, asked.account].includes(fault.account) &&
    [undefined, asked.calendarId].includes(fault.calendarId) &&
    [undefined, asked.eventId].includes(fault.eventId)
  );
}

function keepRequest(
  world: GoogleWorld,
  { method, path, query }: Exchange,
  { target, account, body }: Asked,
  became: Pick<GoogleRequest, 'at' | 'status' | 'answer'>,
): void {
  world.counters.googleRequests += 1;
  if (world.settings.record === 'count') return;
  world.requests.add({
    sequence: world.nextSequence(),
    ...became,
    target: target ?? null,
    method,
    path: path.replace(googlePaths.api, '').replace(googlePaths.tokens, ''),
    query: target === 'revoke' ? {} : queryObject(new URLSearchParams(query)),
    body: body ?? null,
    account: account ?? null,
  });
}

/** A query as an object; a name that comes more than once has a list. */
export function queryObject(query: URLSearchParams): GoogleRequest['query'] {
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const [first = '', ...more] = query.getAll(name);
      return [name, more.length === 0 ? first : [first, ...more]];
    }),
  );
}

/** Tokens are not kept. */
function shownAnswer({ target }: Asked, body: JsonObject | undefined): JsonObject | null {
  if (body === undefined) return null;
  if (target !== 'token') return body;
  return 'error' in body ? body : { scope: body['scope'] };
}
