import { listCalendars } from './calendar-list.ts';
import type { Method } from './call.ts';
import { listEvents } from './event-list.ts';
import { deleteEvent, getEvent, insertEvent, patchEvent } from './event-methods.ts';
import { queryFreeBusy } from './free-busy.ts';
import type { GoogleTarget } from './requests.ts';
import { stopChannel, watchEvents } from './watch.ts';

/** A method of the API, and what is asked of its callers. */
export type MethodRule = {
  target: GoogleTarget;
  method: Method;
  /** The ends of the scopes of which one is needed; empty: any token will do. */
  scopes: string[];
  /** The query parameters that are taken in strict mode, beside those that all methods take. */
  params: string[];
  needsWriter?: true;
};

const writing = ['', '.app.created', '.events', '.events.owned'];
const reading = [
  ...writing,
  '.events.freebusy',
  '.events.owned.readonly',
  '.events.public.readonly',
  '.events.readonly',
  '.readonly',
];
const listParams = [
  'maxResults',
  'orderBy',
  'pageToken',
  'showDeleted',
  'singleEvents',
  'syncToken',
  'timeMax',
  'timeMin',
  'timeZone',
  'updatedMin',
];
const event = '^calendars/([^/]+)/events/([^/]+)$';

/** By verb and path below `/calendar/v3/`. */
export const methodRules: [string, RegExp, MethodRule][] = [
  [
    'GET',
    /^users\/me\/calendarList$/,
    {
      target: 'calendars',
      method: listCalendars,
      scopes: ['', '.calendarlist', '.calendarlist.readonly', '.readonly'],
      params: ['maxResults', 'minAccessRole', 'pageToken', 'showDeleted', 'showHidden'],
    },
  ],
  [
    'POST',
    /^freeBusy$/,
    {
      target: 'freebusy',
      method: queryFreeBusy,
      scopes: ['', '.events.freebusy', '.freebusy', '.readonly'],
      params: [],
    },
  ],
  ['POST', /^channels\/stop$/, { target: 'stop', method: stopChannel, scopes: [], params: [] }],
  [
    'POST',
    /^calendars\/([^/]+)\/events\/watch$/,
    { target: 'watch', method: watchEvents, scopes: reading, params: ['eventTypes'] },
  ],
  [
    'GET',
    /^calendars\/([^/]+)\/events$/,
    { target: 'list', method: listEvents, scopes: reading, params: listParams },
  ],
  [
    'POST',
    /^calendars\/([^/]+)\/events$/,
    {
      target: 'insert',
      method: insertEvent,
      scopes: writing,
      params: ['conferenceDataVersion', 'sendUpdates'],
      needsWriter: true,
    },
  ],
  [
    'GET',
    new RegExp(event),
    { target: 'get', method: getEvent, scopes: reading, params: ['timeZone'] },
  ],
  [
    'PATCH',
    new RegExp(event),
    {
      target: 'patch',
      method: patchEvent,
      scopes: writing,
      params: ['conferenceDataVersion', 'sendUpdates'],
      needsWriter: true,
    },
  ],
  [
    'DELETE',
    new RegExp(event),
    {
      target: 'delete',
      method: deleteEvent,
      scopes: writing,
      params: ['sendUpdates'],
      needsWriter: true,
    },
  ],
];
