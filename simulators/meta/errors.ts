import type { ServerResponse } from 'node:http';
import { sendJson } from '../lib/http.ts';

/** An error that Graph answers instead of doing what it was asked. */
export type GraphError = {
  code: number;
  httpStatus?: number;
  subcode?: number;
  details?: string;
  message?: string;
};

/** Titles after Meta's list of error codes, in our words; HTTP statuses as seen there: most limits come as 400. */
const known: Record<number, { title: string; httpStatus?: number; isTransient?: true }> = {
  0: { title: 'AuthException', httpStatus: 401 },
  1: { title: 'An unknown error occurred', httpStatus: 400, isTransient: true },
  2: { title: 'Service temporarily unavailable', httpStatus: 503, isTransient: true },
  3: { title: 'Application does not have the capability to make this API call', httpStatus: 403 },
  4: { title: 'Application request limit reached', isTransient: true },
  10: { title: 'Application does not have permission for this action', httpStatus: 403 },
  33: { title: 'Parameter value is not valid' },
  100: { title: 'Invalid parameter' },
  190: { title: 'Error validating access token: Session has expired', httpStatus: 401 },
  368: { title: 'Temporarily blocked for policies violations', httpStatus: 403 },
  80007: { title: 'Rate limit issues' },
  130429: { title: 'Rate limit hit' },
  130472: { title: "User's number is part of an experiment" },
  130497: { title: 'Business account is restricted from messaging users in this country' },
  131000: { title: 'Something went wrong', httpStatus: 500 },
  131005: { title: 'Access denied', httpStatus: 403 },
  131008: { title: 'Required parameter is missing' },
  131009: { title: 'Parameter value is not valid' },
  131016: { title: 'Service unavailable', httpStatus: 500 },
  131021: { title: 'Recipient cannot be sender' },
  131026: { title: 'Message undeliverable' },
  131031: { title: 'Account has been locked', httpStatus: 403 },
  131042: { title: 'Business eligibility payment issue' },
  131045: { title: 'Incorrect certificate', httpStatus: 500 },
  131047: { title: 'Re-engagement message' },
  131048: { title: 'Spam rate limit hit' },
  131049: { title: 'Meta chose not to deliver' },
  131050: { title: 'User has stopped marketing messages' },
  131051: { title: 'Unsupported message type' },
  131052: { title: 'Media download error' },
  131053: { title: 'Media upload error' },
  131056: { title: '(Business Account, Consumer Account) pair rate limit hit' },
  131057: { title: 'Business Account is in maintenance mode' },
  132000: { title: 'Template Param Count Mismatch' },
  132001: { title: 'Template does not exist in the translation', httpStatus: 404 },
  133004: { title: 'Server Temporarily Unavailable', httpStatus: 503 },
  133010: { title: 'Phone number not registered' },
};

/** What Meta calls an error. */
export function errorTitle(code: number): string {
  return known[code]?.title ?? 'Unknown error';
}

/** Answers an error in Graph's shape. */
export function sendGraphError(response: ServerResponse, error: GraphError, traceId: string): void {
  const { code } = error;
  const entry = known[code];
  const details = error.details ?? errorTitle(code);
  sendJson(response, error.httpStatus ?? entry?.httpStatus ?? 400, {
    error: {
      message: error.message ?? `(#${code}) ${errorTitle(code)}`,
      type: 'OAuthException',
      code,
      ...(error.subcode === undefined ? {} : { error_subcode: error.subcode }),
      ...(entry?.isTransient ? { is_transient: true } : {}),
      error_data: { messaging_product: 'whatsapp', details },
      fbtrace_id: traceId,
    },
  });
}
