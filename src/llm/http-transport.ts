/** One POST of JSON. `signal` and `timeoutMs` both cover everything up to the last byte of the answer. */
export type HttpPost = {
  path: string;
  headers: Record<string, string>;
  body: string;
  timeoutMs: number;
  signal: AbortSignal;
};

export type HttpAnswer = {
  status: number;
  header: (name: string) => string | undefined;
  text: string;
};

/**
 * Posts to one origin over connections that are kept, and keeps no body once it is written: a call waits for
 * seconds, and thousands wait at once. Rejects when there is no whole answer.
 */
export interface HttpTransport {
  post(request: HttpPost): Promise<HttpAnswer>;
  /** Lets go of the idle connections; calls under way end by themselves. */
  close(): void;
}

/** A kept connection turned out to be closed by the server: what was written on it was lost unseen. */
export class StaleConnection extends Error {}

/** More than any answer of a model; a server that sends more is cut off, so that it cannot fill the memory. */
export const maxAnswerBytes = 16 * 1024 * 1024;
