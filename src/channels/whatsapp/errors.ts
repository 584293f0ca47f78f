import { z } from 'zod';
import type { SendOutcome } from '../channel.ts';
import type { ProviderError, RefusalScope } from '../inbound-event.ts';

/** What a refusal by Meta asks of us. `retryAfterMs` is a first wait: the caller lengthens it with each attempt. */
export type GraphRefusal =
  | { kind: 'retry'; retryAfterMs?: number }
  | { kind: 'stop'; scope: RefusalScope };

const MINUTE = 60_000;

/**
 * Codes to try again, with the shortest wait that makes sense where it is known; providers.md section 2. Many of them
 * come with HTTP 400. 1, 2, 131000 and 131016 say that something broke at Meta, often with HTTP 5xx: Meta counts
 * them as not sent. Should one have been sent after all (seen on Instagram: code 1, subcode 1357046), the customer
 * reads it twice; to wait for a status after each hiccup of Meta would make every customer wait.
 */
const RETRY = new Map<number, { retryAfterMs?: number }>([
  [1, {}],
  [2, {}],
  [4, { retryAfterMs: MINUTE }],
  [80007, { retryAfterMs: MINUTE }],
  [130429, { retryAfterMs: 1000 }],
  [131000, {}],
  [131016, {}],
  [131048, { retryAfterMs: MINUTE }],
  // One customer gets a message each 6 s; Meta asks to wait 4^X s, X counting the attempts from 1.
  [131056, { retryAfterMs: 4000 }],
  [131057, { retryAfterMs: MINUTE }],
  [131064, {}],
  [133004, { retryAfterMs: MINUTE }],
]);

/** Codes that stop everything the account sends until a person acts: token, permission, payment, policy. */
const ACCOUNT = new Set([
  0, 3, 10, 190, 368, 130497, 131005, 131031, 131037, 131042, 131045, 133010,
]);

/** Codes that stop this message alone. */
const MESSAGE = new Set([
  33, 100, 130472, 131008, 131009, 131021, 131026, 131049, 131050, 131051, 131052, 131053, 131062,
  132000, 132001, 132005, 132007, 132012, 132015, 132016,
]);

const REPLY_WINDOW = 131047;

/** HTTP's own words for a request that was not taken up: it did not arrive whole, or there were too many. */
const NOT_TAKEN = new Set([408, 429]);

const ErrorBody = z.object({
  error: z.object({
    code: z.number().int(),
    message: z.string().catch(''),
    is_transient: z.boolean().optional().catch(undefined),
    error_data: z.object({ details: z.string() }).optional().catch(undefined),
  }),
});

/** What one of Meta's error codes asks of us; undefined for a code that no table has. */
export function refusalOf(code: number): GraphRefusal | undefined {
  const retry = RETRY.get(code);
  if (retry !== undefined) {
    return { kind: 'retry', ...retry };
  }
  if (code === REPLY_WINDOW) {
    return { kind: 'stop', scope: 'reply_window' };
  }
  if (ACCOUNT.has(code) || (code >= 200 && code <= 299)) {
    return { kind: 'stop', scope: 'account' };
  }
  return MESSAGE.has(code) ? { kind: 'stop', scope: 'message' } : undefined;
}

/**
 * What became of a send that Graph answered with an error. By `error.code` where a table has it, not by HTTP status.
 * Otherwise HTTP 4xx refused this message, and anything else may have sent it.
 */
export function classifyGraphError(answer: {
  httpStatus: number;
  body: unknown;
  retryAfterMs?: number;
}): Exclude<SendOutcome, { outcome: 'accepted' }> {
  const parsed = ErrorBody.safeParse(answer.body);
  const error = errorOf(answer);
  const refusal = parsed.success ? refusalOf(parsed.data.error.code) : undefined;
  if (refusal?.kind === 'stop') {
    return { outcome: 'refused', scope: refusal.scope, error };
  }
  const isTransient = parsed.success && parsed.data.error.is_transient === true;
  if (refusal?.kind === 'retry' || isTransient || NOT_TAKEN.has(answer.httpStatus)) {
    const retryAfterMs = answer.retryAfterMs ?? refusal?.retryAfterMs;
    return { outcome: 'retry', error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  if (answer.httpStatus < 400 || answer.httpStatus >= 500) {
    return { outcome: 'unknown', error };
  }
  return { outcome: 'refused', scope: answer.httpStatus === 401 ? 'account' : 'message', error };
}

/** The error in Graph's body as we keep it; the HTTP status speaks for a body that has none. */
export function errorOf(answer: { httpStatus: number; body: unknown }): ProviderError {
  const parsed = ErrorBody.safeParse(answer.body);
  if (!parsed.success) {
    return { code: answer.httpStatus, text: `HTTP ${answer.httpStatus}` };
  }
  const { code, message, error_data: data } = parsed.data.error;
  return { code, text: message, ...(data === undefined ? {} : { details: data.details }) };
}
