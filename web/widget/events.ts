import { backoffMs } from './backoff.ts';
import { isRecord, numberOf, textOf } from './fields.ts';
import type { Locks } from './locks.ts';
import type { Nap } from './nap.ts';
import type { StreamEvent } from './protocol.ts';
import { readHandledBy, readMessage } from './read-answer.ts';
import type { SessionKeeper } from './session.ts';
import type { Action, Connection } from './state.ts';
import { readStream, type StreamEnd } from './stream.ts';

export type EventsDeps = {
  base: string;
  session: SessionKeeper;
  locks: Locks;
  nap: Nap;
  signal: AbortSignal;
  /** Registers what cuts the stream under way, for when the network has changed; returns how to take it back. */
  onNetworkChange: (cut: () => void) => () => void;
  knownThrough: () => number;
  onEvent: (event: StreamEvent) => void;
  onConnection: (connection: Connection) => void;
};

const silenceMs = 40_000;

/** Follows the events of the conversation as long as this tab leads; the others hear them from it. */
export async function followEvents(deps: EventsDeps): Promise<void> {
  await deps.locks
    .hold('stream', () => leadStream(deps), deps.signal)
    // Only that the wait for the lead was called off.
    .catch(() => undefined);
}

async function leadStream(deps: EventsDeps): Promise<void> {
  let failures = 0;
  while (!deps.signal.aborted) {
    const token = await tokenOf(deps.session);
    if (token === undefined) return;
    const end = await followOnce(deps, token, () => {
      failures = 0;
      deps.onConnection('live');
    });
    if (deps.signal.aborted) return;
    if (end.because === 'refused' && end.status === 401) await deps.session.renew(token);
    if (end.because !== 'ended') {
      failures += 1;
      deps.onConnection('offline');
    }
    await deps.nap.take(retryAfter(end) ?? backoffMs(failures, Math.random()));
  }
}

async function tokenOf(session: SessionKeeper): Promise<string | undefined> {
  if (session.token() === undefined) await session.open();
  return session.token();
}

function retryAfter(end: StreamEnd): number | null {
  return end.because === 'refused' ? end.retryAfterMs : null;
}

async function followOnce(deps: EventsDeps, token: string, onLive: () => void): Promise<StreamEnd> {
  const cut = new AbortController();
  const abort = (): void => cut.abort();
  const forget = deps.onNetworkChange(abort);
  deps.signal.addEventListener('abort', abort);
  const end = await readStream({
    url: `${deps.base}/webchat/events`,
    token,
    after: deps.knownThrough(),
    silenceMs,
    signal: cut.signal,
    onLive,
    onEvent: deps.onEvent,
  });
  forget();
  deps.signal.removeEventListener('abort', abort);
  return end;
}

/** What an event of the stream means to the chat; undefined for kinds of another time. */
export function toAction(event: StreamEvent, base: string, at: number): Action | undefined {
  const data = isRecord(event.data) ? event.data : {};
  if (event.name === 'message') {
    const message = readMessage(data, base);
    return message === undefined ? undefined : { type: 'message', message };
  }
  if (event.name === 'typing') {
    return { type: 'typing', author: data['author'] === 'human' ? 'human' : 'ai', at };
  }
  if (event.name === 'status') {
    const by = readHandledBy(data['handledBy']);
    return by === undefined ? undefined : { type: 'handled', by };
  }
  if (event.name !== 'delta') return undefined;
  const turnId = textOf(data['turnId']);
  const offset = numberOf(data['offset']);
  const text = typeof data['text'] === 'string' ? data['text'] : '';
  return turnId === null || offset === null
    ? undefined
    : { type: 'delta', turnId, text, offset, at };
}
