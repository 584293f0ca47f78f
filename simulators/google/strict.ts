import { isObject, type JsonObject } from '../lib/json.ts';
import type { GoogleTarget } from './requests.ts';

/** Names that may come, and what they hold: more names, anything, or a list of either. */
type Shape = { [name: string]: Shape } | 'any';

const everywhere = ['alt', 'prettyPrint', 'quotaUser'];
const time: Shape = { date: 'any', dateTime: 'any', timeZone: 'any' };
const event: Shape = {
  id: 'any',
  summary: 'any',
  description: 'any',
  location: 'any',
  colorId: 'any',
  status: 'any',
  transparency: 'any',
  visibility: 'any',
  guestsCanInviteOthers: 'any',
  guestsCanModify: 'any',
  guestsCanSeeOtherGuests: 'any',
  source: { title: 'any', url: 'any' },
  start: time,
  end: time,
  attendees: { email: 'any', displayName: 'any', optional: 'any', responseStatus: 'any' },
  conferenceData: {
    createRequest: { requestId: 'any', conferenceSolutionKey: { type: 'any' } },
  },
  extendedProperties: { private: 'any', shared: 'any' },
  reminders: { useDefault: 'any', overrides: { method: 'any', minutes: 'any' } },
};
const bodies: Partial<Record<GoogleTarget, Shape>> = {
  freebusy: {
    timeMin: 'any',
    timeMax: 'any',
    timeZone: 'any',
    items: { id: 'any' },
    calendarExpansionMax: 'any',
  },
  insert: event,
  patch: event,
  watch: {
    id: 'any',
    type: 'any',
    address: 'any',
    token: 'any',
    expiration: 'any',
    params: { ttl: 'any' },
  },
  stop: { id: 'any', resourceId: 'any' },
};

/** The first name of a body that nobody should send; undefined when all are known. */
export function unknownField(target: GoogleTarget, body: JsonObject): string | undefined {
  return unknownIn(body, bodies[target] ?? {}, '');
}

/** The first parameter of a query that nobody should send; undefined when all are known. */
export function unknownParam(params: string[], query: URLSearchParams): string | undefined {
  return [...query.keys()].find((name) => !params.includes(name) && !everywhere.includes(name));
}

function unknownIn(value: unknown, shape: Shape, path: string): string | undefined {
  if (shape === 'any') return undefined;
  if (Array.isArray(value)) {
    return value.map((one) => unknownIn(one, shape, path)).find((one) => one !== undefined);
  }
  if (!isObject(value)) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const known = Object.hasOwn(shape, name) ? shape[name] : undefined;
    const wrong = known === undefined ? name : unknownIn(inner, known, name);
    if (wrong !== undefined) return path === '' || known === undefined ? join(path, wrong) : wrong;
  }
  return undefined;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
