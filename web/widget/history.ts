import type { Api } from './api.ts';
import { backoffMs } from './backoff.ts';
import { hasGap } from './merge-messages.ts';
import type { Nap } from './nap.ts';
import type { Attachment, Message } from './protocol.ts';
import type { SessionKeeper } from './session.ts';
import type { Store } from './store.ts';
import { hasOlder } from './thread.ts';

export type HistoryDeps = {
  api: Api;
  session: SessionKeeper;
  store: Store;
  nap: Nap;
  isStopped: () => boolean;
};

/** Reads what was said before this page was there, and what the stream left out. */
export type History = {
  loadNewest(): Promise<void>;
  loadOlder(): Promise<void>;
  /** Reads what is missing in between, if anything is. */
  heal(): Promise<void>;
  /** Reads again whatever came while nobody listened. */
  catchUp(): Promise<void>;
  /** Reads the message of a file again, because addresses of files last an hour; once for each address. */
  refresh(attachment: Attachment): Promise<void>;
  /** Reads again the messages whose files have had their addresses for nearly an hour. */
  refreshOld(now: number): void;
};

const pageSize = 40;
const oldMs = 50 * 60_000;

/** Makes the history of a chat. */
export function createHistory({ api, session, store, nap, isStopped }: HistoryDeps): History {
  let healing: Promise<void> | undefined;
  const refreshed = new Set<string>();
  const firstSeen = new Map<string, number>();

  const show = (messages: Message[], through = 0): void => {
    if (!isStopped()) store.dispatch({ type: 'history', messages, through });
  };
  const readOn = async (): Promise<void> => {
    for (;;) {
      const after = store.state().knownThrough;
      const page = await session.withToken((token) => api.messages(token, { after }, 200));
      if (!page.ok || isStopped()) return;
      const known = page.value.isLast ? store.state().messages : [];
      const through = Math.max(after, ...[...known, ...page.value.messages].map(sequenceNoOf));
      show(page.value.messages, through);
      if (page.value.isLast || through === after) return;
    }
  };
  const refresh = async ({ attachmentId, url }: Attachment): Promise<void> => {
    if (refreshed.has(url)) return;
    refreshed.add(url);
    const message = store
      .state()
      .messages.find(({ attachments }) =>
        attachments.some((one) => one.attachmentId === attachmentId),
      );
    if (message === undefined) return;
    const page = await session.withToken((token) =>
      api.messages(token, { after: message.sequenceNo - 1 }, 1),
    );
    if (page.ok) show(page.value.messages);
  };
  return {
    refresh,
    refreshOld(now) {
      for (const attachment of store.state().messages.flatMap(({ attachments }) => attachments)) {
        const seenAt = firstSeen.get(attachment.url) ?? now;
        firstSeen.set(attachment.url, seenAt);
        if (now - seenAt > oldMs) void refresh(attachment);
      }
    },
    async loadNewest() {
      for (let failures = 1; !isStopped() && !store.state().isHistoryLoaded; failures += 1) {
        const before = store.state().knownThrough + 1;
        const page = await session.withToken((token) => api.messages(token, { before }, pageSize));
        if (page.ok) return show(page.value.messages);
        await nap.take(page.retryAfterMs ?? backoffMs(failures, Math.random()));
      }
    },
    async loadOlder() {
      const state = store.state();
      const before = state.messages[0]?.sequenceNo;
      if (before === undefined || state.isLoadingOlder || !hasOlder(state)) return;
      store.dispatch({ type: 'loading-older', isLoading: true });
      const page = await session.withToken((token) => api.messages(token, { before }, pageSize));
      if (page.ok) show(page.value.messages);
      store.dispatch({ type: 'loading-older', isLoading: false });
    },
    async heal() {
      if (!hasGap(store.state())) return;
      healing ??= readOn().finally(() => {
        healing = undefined;
      });
      await healing;
    },
    async catchUp() {
      if (!store.state().isHistoryLoaded) return;
      healing ??= readOn().finally(() => {
        healing = undefined;
      });
      await healing;
    },
  };
}

function sequenceNoOf({ sequenceNo }: Message): number {
  return sequenceNo;
}
