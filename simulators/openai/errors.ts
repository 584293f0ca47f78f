import type { ServerResponse } from 'node:http';
import { sendJson } from '../lib/http.ts';

/** An error as the model's API answers one. */
export type ModelError = {
  status: number;
  code: string | null;
  message: string;
  param?: string;
  type?: string;
  retryAfterMs?: number;
};

const messages: Record<string, string> = {
  rate_limit_exceeded: 'Rate limit reached for requests. Please try again later.',
  insufficient_quota:
    'You exceeded your current quota, please check your plan and billing details.',
  server_error: 'The server had an error while processing your request. Sorry about that!',
  context_length_exceeded:
    'Your input exceeds the context window of this model. Please adjust your input and try again.',
  invalid_api_key: 'Incorrect API key provided.',
};

/** The error of a code with the text that belongs to it. */
export function modelError(status: number, code: string): ModelError {
  return { status, code, message: messages[code] ?? 'The request failed.' };
}

/** The error that a directive asks for, such as `503 overloaded`; a server's error unless it says more. */
export function directedError(rest: string): ModelError {
  const [status = '', code] = rest.split(/\s+/);
  const number = Number.parseInt(status, 10);
  return modelError(Number.isNaN(number) ? 500 : number, code ?? 'server_error');
}

/** An error in the request itself. */
export function badRequest(message: string, param: string, code: string | null = null): ModelError {
  return { status: 400, code, message, param };
}

/** Answers an error in the API's shape; with `retryAfterMs` it says when to come back. */
export function sendModelError(
  response: ServerResponse,
  error: ModelError,
  requestId: string,
): void {
  const { status, code, message, param, retryAfterMs } = error;
  const headers: Record<string, string> = { 'x-request-id': requestId };
  if (retryAfterMs !== undefined) {
    headers['retry-after-ms'] = String(retryAfterMs);
    headers['retry-after'] = String(Math.ceil(retryAfterMs / 1000));
  }
  const body = { message, type: error.type ?? typeOf(status, code), param: param ?? null, code };
  sendJson(response, status, { error: body }, headers);
}

function typeOf(status: number, code: string | null): string {
  if (code === 'insufficient_quota') return code;
  if (status === 429) return 'requests';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
