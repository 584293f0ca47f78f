import { bearerToken, type Exchange, readBody, sendJson } from '../lib/http.ts';
import { type JsonObject, parseObject } from '../lib/json.ts';
import type { Call } from './call.ts';
import { type Answered, errorBody, invalid, refused } from './errors.ts';
import { type MethodRule, methodRules } from './methods.ts';
import { calendarPath } from './paths.ts';
import { type Answer, serve } from './serve.ts';
import { unknownField, unknownParam } from './strict.ts';
import { type Grant, ownerOf } from './tokens.ts';
import type { GoogleWorld } from './world.ts';

const scopeBase = 'https://www.googleapis.com/auth/calendar';
const ownCalendar = 'primary';

type Found = { rule: MethodRule; calendarId: string; eventId: string };

/** Answers one request to the Calendar API. */
export async function answerCalendarApi(world: GoogleWorld, exchange: Exchange): Promise<void> {
  const raw = await readBody(exchange.request);
  const found = methodOf(exchange);
  if (found === undefined) {
    sendJson(exchange.response, 404, errorBody({ status: 404, reason: 'notFound' }));
    return;
  }
  const { rule, calendarId, eventId } = found;
  const body = raw.length === 0 ? {} : parseObject(raw);
  const token = bearerToken(exchange.request) ?? '';
  const account = ownerOf(token);
  const grant = world.tokens.read(token, 'access', world.now());
  // A fault is for the calendar, however the path names it.
  const realId = calendarId === ownCalendar ? (account ?? calendarId) : calendarId;
  const asked = {
    target: rule.target,
    account,
    ...(rule.target === 'freebusy' ? {} : { calendarId: realId }),
    eventId: eventId || idOf(body),
    body: raw.length === 0 ? undefined : body,
    faultBody: errorBody,
  };
  await serve(world, exchange, asked, (fault) =>
    answerOf(call(world, exchange, { found, grant, body, fault })),
  );
}

function call(
  world: GoogleWorld,
  { request, query: text, path }: Exchange,
  asked: {
    found: Found;
    grant: Grant | undefined;
    body: JsonObject | undefined;
    fault: Call['fault'];
  },
): Answered {
  const { found, grant, body, fault } = asked;
  const { rule, calendarId, eventId } = found;
  if (grant === undefined) return noCredentials;
  if (!mayCall(rule, grant)) return refused(403, 'insufficientPermissions');
  if (body === undefined) return refused(400, 'parseError', 'Parse Error');
  const query = new URLSearchParams(text);
  const unknown = strictlyUnknown(world, rule, query, body);
  if (unknown !== undefined) return invalid(`Unknown name "${unknown}"`, unknown);
  const calendar = world.accounts.calendar(grant.email, calendarId);
  if (calendar === undefined) return refused(404, 'notFound');
  if (rule.needsWriter && !['owner', 'writer'].includes(calendar.role)) {
    return refused(403, 'requiredAccessLevel');
  }
  const host = `http://${request.headers.host ?? 'localhost'}`;
  const ifMatch = request.headers['if-match'];
  const resourceUri = `${host}${path.replace(/\/watch$/, '')}?alt=json`;
  return rule.method({
    world,
    account: grant.email,
    calendar,
    eventId,
    query,
    body,
    ifMatch,
    fault,
    resourceUri,
  });
}

const noCredentials: Answered = {
  error: {
    status: 401,
    reason: 'authError',
    location: 'Authorization',
    locationType: 'header',
  },
};

function answerOf(answered: Answered): Answer {
  if (!('error' in answered)) {
    return { status: answered.body === undefined ? 204 : 200, ...answered };
  }
  return { status: answered.error.status, body: errorBody(answered.error) };
}

function mayCall({ scopes }: MethodRule, grant: Grant): boolean {
  return scopes.length === 0 || scopes.some((end) => grant.scopes.includes(`${scopeBase}${end}`));
}

function strictlyUnknown(
  world: GoogleWorld,
  rule: MethodRule,
  query: URLSearchParams,
  body: JsonObject,
): string | undefined {
  if (!world.settings.googleStrict) return undefined;
  return unknownParam(rule.params, query) ?? unknownField(rule.target, body);
}

function methodOf({ method, path }: Exchange): Found | undefined {
  const rest = path.slice(calendarPath.length);
  for (const [verb, form, rule] of methodRules) {
    const match = verb === method ? form.exec(rest) : null;
    if (match === null) continue;
    const [, calendarId = ownCalendar, eventId = ''] = match;
    return { rule, calendarId: decode(calendarId), eventId: decode(eventId) };
  }
  return undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function idOf(body: JsonObject | undefined): string {
  const id = body?.['id'];
  return typeof id === 'string' ? id : '';
}
