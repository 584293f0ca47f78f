import { z } from 'zod';
import { cutText } from '../../lib/safe-text.ts';
import { CalendarAccessLost, CalendarRefused, CalendarUnavailable } from '../calendar-errors.ts';

/** What Google answered to a call that failed; without a status there was no answer. */
export type GoogleFailure = {
  status: number | undefined;
  /** Of Google's error, such as `rateLimitExceeded`, or of the network, such as `ECONNREFUSED`. */
  reason: string;
  message: string;
  retryAfterMs: number | undefined;
};

const Thrown = z.object({
  code: z.unknown(),
  response: z
    .object({
      status: z.number().int(),
      headers: z.instanceof(Headers).optional().catch(undefined),
      data: z.unknown(),
    })
    .optional()
    .catch(undefined),
});

const Answer = z.object({
  error: z.object({
    message: z.string().catch(''),
    errors: z
      .array(z.object({ reason: z.string().catch('') }))
      .min(1)
      .optional()
      .catch(undefined),
    status: z.string().optional().catch(undefined),
  }),
});

const quotas = ['rateLimitExceeded', 'userRateLimitExceeded', 'quotaExceeded', 'backendError'];
const missingScopes = ['insufficientPermissions', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT'];

/** Reads what the client threw. The thing itself carries the request and with it the token: it goes no further. */
export function failureOf(thrown: unknown): GoogleFailure {
  const { code, response } = Thrown.safeParse(thrown).data ?? {};
  if (response === undefined) {
    const reason = typeof code === 'string' ? code : nameOf(thrown);
    return { status: undefined, reason, message: '', retryAfterMs: undefined };
  }
  const error = Answer.safeParse(response.data).data?.error;
  return {
    status: response.status,
    reason: error?.errors?.[0]?.reason ?? error?.status ?? 'no reason given',
    message: cutText(error?.message ?? '', 200),
    retryAfterMs: secondsToMs(response.headers?.get('retry-after')),
  };
}

/** The failure as what is to be done about it; `asked` names the call, such as `events.insert`. */
export function calendarError(failure: GoogleFailure, asked: string): Error {
  const { status, reason, message, retryAfterMs } = failure;
  if (status === undefined) {
    return new CalendarUnavailable(`Google did not answer ${asked}: ${reason}`);
  }
  const text = `Google answered ${asked} with ${status} ${reason}${message === '' ? '' : `: ${message}`}`;
  const isBusy = status === 429 || status >= 500 || (status === 403 && quotas.includes(reason));
  if (isBusy || status === 408) {
    return new CalendarUnavailable(text, retryAfterMs === undefined ? {} : { retryAfterMs });
  }
  if (status === 401 || (status === 403 && missingScopes.includes(reason))) {
    return new CalendarAccessLost(text);
  }
  return new CalendarRefused(text);
}

function secondsToMs(header: string | null | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}

function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : `thrown ${typeof thrown}`;
}
