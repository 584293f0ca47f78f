import { type Answer, type Api, isPassing } from './api.ts';
import { backoffMs } from './backoff.ts';
import type { Locks } from './locks.ts';
import type { Nap } from './nap.ts';
import type { Session } from './protocol.ts';
import type { Slot } from './storage.ts';

/** Who the visitor is to the server, for as long as this chat is on the page. */
export type SessionKeeper = {
  /** Opens the session; resolves when it is open, or when it never will be. */
  open(): Promise<'open' | 'refused'>;
  /** The token lasts beyond this page from now on. */
  keep(): void;
  /** Another tab has kept its token: this one becomes the same visitor. */
  join(): Promise<void>;
  /** Makes a request with the token; a token that is no longer good is replaced once. */
  withToken<Value>(ask: (token: string) => Promise<Answer<Value>>): Promise<Answer<Value>>;
  /** The token of now, for a request of another kind; undefined before the session is open. */
  token(): string | undefined;
  /** Replaces a token that the server does not take any more. */
  renew(badToken: string): Promise<void>;
};

export type SessionDeps = {
  api: Api;
  key: string;
  identity: string | undefined;
  /** The token of before the page said who the visitor is: what they wrote then goes with them. */
  tokenBefore: string | null;
  slot: Slot;
  locks: Locks;
  nap: Nap;
  isStopped: () => boolean;
  onSession: (session: Session) => void;
  onKept: () => void;
  /** The identity is not (or no longer) good. */
  onBadIdentity: () => void;
};

/** Keeps one session. Nothing is stored in the browser before `keep`. */
export function createSession(deps: SessionDeps): SessionKeeper {
  let current: string | undefined;
  let isKept = deps.slot.get('token') !== null;
  let opening: Promise<'open' | 'refused'> | undefined;

  const store = (): void => {
    if (isKept && current !== undefined) deps.slot.set('token', current);
  };
  const askOnce = (): Promise<Answer<Session>> =>
    // One tab at a time, so that the second finds the token of the first.
    deps.locks.hold('session', async () => {
      const token = deps.slot.get('token') ?? current ?? deps.tokenBefore ?? undefined;
      const opened = await deps.api.openSession({
        key: deps.key,
        ...(token === undefined ? {} : { token }),
        ...(deps.identity === undefined ? {} : { identity: deps.identity }),
      });
      if (opened.ok && !deps.isStopped()) {
        current = opened.value.token;
        store();
      }
      return opened;
    });
  const ask = async (): Promise<'open' | 'refused'> => {
    for (let failures = 1; !deps.isStopped(); failures += 1) {
      const answer = await askOnce();
      if (deps.isStopped()) break;
      if (answer.ok) {
        deps.onSession(answer.value);
        return 'open';
      }
      if (answer.code === 'webchat.bad_identity') deps.onBadIdentity();
      if (!isPassing(answer)) return 'refused';
      await deps.nap.take(answer.retryAfterMs ?? backoffMs(failures, Math.random()));
    }
    return 'refused';
  };
  const open = (): Promise<'open' | 'refused'> => {
    opening ??= ask().finally(() => {
      opening = undefined;
    });
    return opening;
  };
  const keeper: SessionKeeper = {
    open,
    keep() {
      if (isKept) return;
      isKept = true;
      const others = deps.slot.get('token');
      if (others !== null && others !== current) {
        void keeper.join();
        return;
      }
      store();
      deps.onKept();
    },
    async join() {
      isKept = true;
      current = undefined;
      await open();
    },
    token: () => current,
    async renew(badToken) {
      // The tab that finds out first forgets the token for all; the others find the new one.
      if (deps.slot.get('token') === badToken) deps.slot.remove('token');
      if (current === badToken) current = undefined;
      if (current === undefined) await open();
    },
    async withToken(request) {
      if (current === undefined) await open();
      const token = current;
      if (token === undefined) {
        return { ok: false, status: 0, code: '', detail: '', retryAfterMs: null };
      }
      const answer = await request(token);
      if (answer.ok || answer.status !== 401) return answer;
      await keeper.renew(token);
      return current === undefined ? answer : request(current);
    },
  };
  return keeper;
}
