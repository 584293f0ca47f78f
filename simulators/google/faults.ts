import { type JsonObject, numberAt, textAt } from '../lib/json.ts';
import type { GoogleError } from './errors.ts';
import { type GoogleTarget, googleTargets } from './requests.ts';

const actions = [
  'error',
  'hang',
  'hang_after',
  'drop_before',
  'drop_after',
  'delay',
  /** Of `freebusy`: the calendar's own error inside the 200. */
  'errors',
  /** Of `insert` and `patch`: the video call is not made. */
  'meet_failure',
] as const;

/** Something that goes wrong with the next `times` requests that fit. `…_after`: it was done, and then. */
export type GoogleFault = {
  target: GoogleTarget;
  action: (typeof actions)[number];
  times: number;
  account?: string;
  calendarId?: string;
  eventId?: string;
  error: GoogleError;
  delayMs: number;
};

/** Reads a fault from a request; undefined when it makes no sense. `times` is 1 unless given. */
export function parseGoogleFault(body: JsonObject): GoogleFault | undefined {
  const target = googleTargets.find((one) => one === body['target']);
  const action = actions.find((one) => one === body['action']);
  if (target === undefined || action === undefined) return undefined;
  const account = textAt(body, 'account');
  const calendarId = textAt(body, 'calendarId');
  const eventId = textAt(body, 'eventId');
  return {
    target,
    action,
    times: numberAt(body, 'times') ?? 1,
    error: errorOf(body, target, action),
    delayMs: numberAt(body, 'delayMs') ?? 0,
    ...(account === undefined ? {} : { account }),
    ...(calendarId === undefined ? {} : { calendarId }),
    ...(eventId === undefined ? {} : { eventId }),
  };
}

const usualReasons: Record<number, string> = {
  400: 'invalid',
  401: 'authError',
  403: 'rateLimitExceeded',
  404: 'notFound',
  409: 'duplicate',
  410: 'deleted',
  412: 'conditionNotMet',
  429: 'rateLimitExceeded',
};

function errorOf(body: JsonObject, target: string, action: string): GoogleError {
  const status = numberAt(body, 'status') ?? 503;
  const message = textAt(body, 'message');
  const retryAfter = textAt(body, 'retryAfter') ?? numberAt(body, 'retryAfter')?.toString();
  return {
    status,
    reason: textAt(body, 'reason') ?? usualReason(status, target, action),
    ...(message === undefined ? {} : { message }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}

function usualReason(status: number, target: string, action: string): string {
  if (target === 'token') return status === 400 ? 'invalid_grant' : 'internal_failure';
  if (action === 'errors') return 'internalError';
  return usualReasons[status] ?? 'backendError';
}
