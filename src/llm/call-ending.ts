import type { Readable } from 'node:stream';
import { type HttpAnswer, type HttpPost, maxAnswerBytes } from './http-transport.ts';

/** Who waits for a call. Callbacks, not promises: this runs for every call, and each layer of promises costs. */
export type Waiting = {
  resolve: (answer: HttpAnswer) => void;
  reject: (error: Error) => void;
};

/** How one call ends: once, whatever comes first. */
export type CallEnding = {
  answer: (answer: HttpAnswer) => void;
  fail: (error: Error) => void;
  isOver: () => boolean;
};

/** Nothing came in time; the connection itself may be dead. */
export class CallTimedOut extends Error {}

/** Ties the end of a call to its deadline and its signal; `hangUp` is called when it fails. */
export function callEnding(
  { timeoutMs, signal }: Pick<HttpPost, 'timeoutMs' | 'signal'>,
  call: Waiting & { hangUp: (error: Error) => void },
): CallEnding {
  let isOver = false;
  const end = (): void => {
    isOver = true;
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  };
  const answer = (given: HttpAnswer): void => {
    if (isOver) {
      return;
    }
    end();
    call.resolve(given);
  };
  const fail = (error: Error): void => {
    if (isOver) {
      return;
    }
    end();
    call.hangUp(error);
    call.reject(error);
  };
  const onAbort = (): void => fail(new Error('aborted'));
  const timer = setTimeout(() => {
    fail(new CallTimedOut(`timed out after ${timeoutMs} ms`));
  }, timeoutMs);
  signal.addEventListener('abort', onAbort, { once: true });
  return { answer, fail, isOver: () => isOver };
}

/** Reads to the end; fails the call when that is too far. */
export function readWhole(
  incoming: Readable,
  fail: (error: Error) => void,
  done: (text: string) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length;
    chunks.push(chunk);
    if (size > maxAnswerBytes) {
      fail(new Error(`the answer is larger than ${maxAnswerBytes} bytes`));
    }
  });
  incoming.on('error', fail);
  incoming.on('end', () => done(Buffer.concat(chunks, size).toString('utf8')));
}

/** One value of a header that may have come more than once. */
export function headerOf(
  headers: Record<string, string | string[] | undefined>,
  name: string,
): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
