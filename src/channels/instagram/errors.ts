import { z } from 'zod';
import type { SendOutcome } from '../channel.ts';
import { ChannelRefused, ChannelUnavailable } from '../channel-errors.ts';
import type { GraphAnswer } from '../graph-http.ts';
import type { ProviderError, RefusalScope } from '../inbound-event.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Codes to try again, with the shortest wait that makes sense where it is known; providers.md section 4. */
const RETRY = new Map<number, { retryAfterMs?: number }>([
  [1, {}],
  [2, {}],
  [4, { retryAfterMs: MINUTE }],
  [17, { retryAfterMs: MINUTE }],
  [32, { retryAfterMs: MINUTE }],
  [341, { retryAfterMs: MINUTE }],
  // 100 messages a second: over soon.
  [613, { retryAfterMs: 5 * SECOND }],
  [80002, { retryAfterMs: MINUTE }],
  [80006, { retryAfterMs: MINUTE }],
  [80007, { retryAfterMs: MINUTE }],
]);

/** Codes that stop everything the account sends until a person acts: token, permission, standing. 200 to 299 are too. */
const ACCOUNT = new Set([0, 3, 10, 102, 190, 368, 459, 464]);

/** Codes that stop this message alone. */
const MESSAGE = new Set([33, 100, 551]);

/** What a subcode says more exactly than its code. */
const SCOPE_BY_SUBCODE = new Map<string, RefusalScope>([
  ['10 2534022', 'reply_window'],
  ['100 2534014', 'message'],
  // The account has switched off that apps read and write its messages.
  ['200 2534041', 'account'],
]);

/** Meta answered an error and sent the message all the same. */
const SENT_ALL_THE_SAME = '1 1357046';

/** HTTP's own words for a request that was not taken up: it did not arrive whole, or there were too many. */
const NOT_TAKEN = new Set([408, 429]);

const ErrorBody = z.object({
  error: z.object({
    code: z.number().int(),
    error_subcode: z.number().int().optional().catch(undefined),
    message: z.string().catch(''),
    error_user_msg: z.string().optional().catch(undefined),
    is_transient: z.boolean().optional().catch(undefined),
  }),
});

/**
 * What became of a send that Instagram answered with an error. By code and subcode where the tables have them, not by
 * HTTP status. Otherwise HTTP 4xx refused this message, and anything else may have sent it.
 */
export function classifyError(answer: {
  httpStatus: number;
  body: unknown;
  retryAfterMs?: number;
}): SendOutcome {
  const { success, data } = ErrorBody.safeParse(answer.body);
  const error = errorOf(answer);
  if (!success) {
    return byStatus(answer, error);
  }
  const { code, error_subcode: subcode, is_transient: isTransient } = data.error;
  const exact = `${code} ${subcode}`;
  if (exact === SENT_ALL_THE_SAME) {
    return { outcome: 'accepted', providerMessageId: null };
  }
  const scope = SCOPE_BY_SUBCODE.get(exact) ?? scopeOf(code);
  if (scope !== undefined && isTransient !== true) {
    return { outcome: 'refused', scope, error };
  }
  const retry = RETRY.get(code);
  if (retry === undefined && isTransient !== true) {
    return byStatus(answer, error);
  }
  const retryAfterMs = answer.retryAfterMs ?? retry?.retryAfterMs;
  return { outcome: 'retry', error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** The same of a call that sends nothing, as what to throw. */
export function failureOf(answer: GraphAnswer): ChannelRefused | ChannelUnavailable {
  const outcome = classifyError(answer);
  return outcome.outcome === 'refused'
    ? new ChannelRefused(outcome.error)
    : new ChannelUnavailable(`HTTP ${answer.httpStatus}: ${errorOf(answer).text}`);
}

/** The error in the body as we keep it; the HTTP status speaks for a body that has none. */
export function errorOf(answer: { httpStatus: number; body: unknown }): ProviderError {
  const parsed = ErrorBody.safeParse(answer.body);
  if (!parsed.success) {
    return { code: answer.httpStatus, text: `HTTP ${answer.httpStatus}` };
  }
  const { code, message, error_user_msg: details } = parsed.data.error;
  return { code, text: message, ...(details === undefined ? {} : { details }) };
}

function scopeOf(code: number): RefusalScope | undefined {
  if (ACCOUNT.has(code) || (code >= 200 && code <= 299)) {
    return 'account';
  }
  return MESSAGE.has(code) ? 'message' : undefined;
}

function byStatus(
  { httpStatus, retryAfterMs }: { httpStatus: number; retryAfterMs?: number },
  error: ProviderError,
): SendOutcome {
  if (NOT_TAKEN.has(httpStatus)) {
    return { outcome: 'retry', error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  if (httpStatus < 400 || httpStatus >= 500) {
    return { outcome: 'unknown', error };
  }
  return { outcome: 'refused', scope: httpStatus === 401 ? 'account' : 'message', error };
}
