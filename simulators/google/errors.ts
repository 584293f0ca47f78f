import type { JsonObject } from '../lib/json.ts';

/** An error that the Calendar API answers. */
export type GoogleError = {
  status: number;
  reason: string;
  message?: string;
  domain?: string;
  /** Which parameter or header is wrong. */
  location?: string;
  locationType?: 'parameter' | 'header';
  retryAfter?: string;
};

/** What a method answers; without a body there is none, and the status is 204. */
export type Answered = { body?: JsonObject; etag?: string } | { error: GoogleError };

const messages: Record<string, string> = {
  authError: 'Invalid Credentials',
  backendError: 'Backend Error',
  conditionNotMet: 'Precondition Failed',
  deleted: 'Resource has been deleted',
  duplicate: 'The requested identifier already exists.',
  fullSyncRequired: 'Sync token is no longer valid, a full sync is required.',
  insufficientPermissions: 'Request had insufficient authentication scopes.',
  notFound: 'Not Found',
  rateLimitExceeded: 'Rate Limit Exceeded',
  required: 'Required',
  requiredAccessLevel: 'You need to have writer access to this calendar.',
  timeRangeEmpty: 'The specified time range is empty.',
  timeRangeTooLong: 'The requested time range is too long.',
  tooManyCalendarsRequested: 'Too many calendars requested.',
};

const domains: Record<string, string> = {
  fullSyncRequired: 'calendar',
  requiredAccessLevel: 'calendar',
  timeRangeEmpty: 'calendar',
  timeRangeTooLong: 'calendar',
  rateLimitExceeded: 'usageLimits',
  userRateLimitExceeded: 'usageLimits',
  quotaExceeded: 'usageLimits',
};

const statusNames: Record<number, string> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
};

/** A refusal of what was asked, as `invalid`. */
export function invalid(message: string, location?: string): { error: GoogleError } {
  const where = location === undefined ? {} : { location, locationType: 'parameter' as const };
  return { error: { status: 400, reason: 'invalid', message, ...where } };
}

/** An error of this status and reason, in the words that go with it. */
export function refused(status: number, reason: string, message?: string): { error: GoogleError } {
  return { error: { status, reason, ...(message === undefined ? {} : { message }) } };
}

/** An error in Google's shape. */
export function errorBody(error: GoogleError): JsonObject {
  const { status, reason, location, locationType } = error;
  const message = error.message ?? messages[reason] ?? reason;
  const where = location === undefined ? {} : { location, locationType };
  const name = statusNames[status];
  const domain = error.domain ?? domains[reason] ?? 'global';
  return {
    error: {
      code: status,
      message,
      errors: [{ message, domain, reason, ...where }],
      ...(name === undefined ? {} : { status: name }),
    },
  };
}
