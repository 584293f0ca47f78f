import type { ServerResponse } from 'node:http';
import { sendJson } from '../lib/http.ts';

/** An error that Instagram answers. */
export type InstagramError = {
  code: number;
  subcode?: number;
  httpStatus?: number;
  message?: string;
  isTransient?: boolean;
};

/** What Meta says to a code, or to a code and its subcode, in our words. */
const titles: Record<string, string> = {
  '1 1357046': 'Received Invalid JSON reply.',
  '2': 'An unexpected error has occurred. Please retry your request later.',
  '4': 'Application request limit reached',
  '10 2534022': 'This message is sent outside of allowed window.',
  '100 2534014': 'The requested user cannot be found.',
  '190': 'Error validating access token: Session has expired',
  '200 2534041': 'The account owner has disabled access to Instagram direct messages.',
  '551': "This person isn't available right now.",
  '613 2534040': 'Calls to this api have exceeded the rate limit.',
};

/** Answers an error in Graph's shape: HTTP 400, or 401 for a token, unless it names another status. */
export function sendInstagramError(
  response: ServerResponse,
  error: InstagramError,
  traceId: string,
): void {
  const { code, subcode, isTransient } = error;
  const title = titles[`${code} ${subcode}`] ?? titles[code] ?? 'Unknown error';
  sendJson(response, error.httpStatus ?? (code === 190 ? 401 : 400), {
    error: {
      message: error.message ?? `(#${code}) ${title}`,
      type: code === 190 ? 'OAuthException' : 'IGApiException',
      code,
      ...(subcode === undefined ? {} : { error_subcode: subcode }),
      ...(isTransient === undefined ? {} : { is_transient: isTransient }),
      fbtrace_id: traceId,
    },
  });
}
