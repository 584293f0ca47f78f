import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { sqlState } from '../db.ts';
import { PermanentError, TransientError } from '../errors.ts';
import {
  BodyTooLarge,
  type FieldFault,
  InvalidRequest,
  MalformedJson,
  MethodNotAllowed,
  NotSignedIn,
  UnreadableRequest,
  UnsupportedMediaType,
} from './http-errors.ts';

/** What every refused request is answered with (RFC 9457, application/problem+json). */
export const Problem = z.object({
  type: z.string().meta({ description: 'A URI that names the code' }),
  title: z.string(),
  status: z.number().int(),
  code: z.string().meta({ description: 'Stable and dotted; what programs go by' }),
  detail: z.string(),
  errors: z
    .array(
      z.object({
        in: z.enum(['body', 'query', 'header', 'path']),
        field: z.string(),
        message: z.string(),
      }),
    )
    .optional(),
  requestId: z.string().optional(),
});

export type Problem = z.infer<typeof Problem>;

/** A problem with the HTTP headers that go with it; `isExpected` is false for what must be looked into. */
export type ProblemAnswer = {
  problem: Problem;
  headers: Record<string, string>;
  isExpected: boolean;
};

/** Turns whatever was thrown into what a client may see of it: never a stack, never SQL. */
export function problemOf(thrown: unknown): ProblemAnswer {
  const error = httpErrorOf(thrown);
  if (error instanceof TransientError) return transientProblem(error);
  if (isDatabaseAway(error)) return transientProblem(new TransientError('the database is away'));
  if (error instanceof PermanentError && error.status < 500) {
    return {
      problem: problem({
        status: error.status,
        code: error.code,
        detail: error.message,
        ...(error instanceof InvalidRequest ? { errors: error.faults } : {}),
      }),
      headers: headersOf(error),
      isExpected: true,
    };
  }
  return {
    problem: problem({
      status: 500,
      code: error instanceof PermanentError ? error.code : 'internal.error',
      detail: 'Something went wrong on our side. The log has it under this request id.',
    }),
    headers: {},
    isExpected: false,
  };
}

function transientProblem(error: TransientError): ProblemAnswer {
  const retryAfterSeconds = Math.max(1, Math.ceil((error.retryAfterMs ?? 1_000) / 1_000));
  return {
    problem: problem({
      status: error.status,
      code: error.code,
      detail: 'This cannot be done right now. Try again in a moment.',
    }),
    headers: { 'Retry-After': String(retryAfterSeconds) },
    isExpected: false,
  };
}

function problem(given: {
  status: number;
  code: string;
  detail: string;
  errors?: FieldFault[];
}): Problem {
  const title = STATUS_CODES[given.status] ?? 'Error';
  return { type: `urn:rapport:problem:${given.code}`, title, ...given };
}

function headersOf(error: PermanentError): Record<string, string> {
  if (error instanceof MethodNotAllowed) return { Allow: error.allowed.join(', ') };
  if (error instanceof NotSignedIn) return { 'WWW-Authenticate': 'Bearer realm="rapport"' };
  return {};
}

const HttpFault = z.object({ status: z.number().min(400).max(499), type: z.string().optional() });

/** The errors of express and its body parser as ours; anything else stays what it is. */
function httpErrorOf(thrown: unknown): unknown {
  if (thrown instanceof PermanentError || thrown instanceof TransientError) return thrown;
  const fault = HttpFault.safeParse(thrown);
  if (!fault.success || !(thrown instanceof Error)) return thrown;
  if (fault.data.status === 413) return new BodyTooLarge('The body is larger than allowed here.');
  if (fault.data.status === 415) {
    return new UnsupportedMediaType('The encoding or charset of the body is not supported.');
  }
  if (fault.data.type === 'entity.parse.failed') return new MalformedJson('The body is no JSON.');
  return new UnreadableRequest('The request cannot be read.');
}

const SystemFault = z.object({ code: z.string() });
const awayCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND']);
const awayMessages = /^(Connection terminated|timeout exceeded when trying to connect)/;

/** Whether a statement failed for a reason that passes: the server is away, full, or undid a conflict. */
export function isDatabaseAway(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return /^(08|40|53|57P)/.test(state);
  const fault = SystemFault.safeParse(error);
  if (fault.success && awayCodes.has(fault.data.code)) return true;
  return error instanceof Error && awayMessages.test(error.message);
}
