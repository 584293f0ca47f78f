import { createApi } from './api.ts';
import type { Chat } from './chat-handles.ts';
import { followEvents, toAction } from './events.ts';
import { jsonOf } from './fields.ts';
import { createHistory } from './history.ts';
import { openLocks } from './locks.ts';
import { hasGap } from './merge-messages.ts';
import { createNap } from './nap.ts';
import { openOutbox, readForm } from './outbox.ts';
import type { Attachment, StreamEvent } from './protocol.ts';
import { randomId } from './random-id.ts';
import { noteRead, readMark } from './read-mark.ts';
import { tellReceipts } from './receipts.ts';
import { createSession } from './session.ts';
import { emptyState } from './state.ts';
import type { Slot } from './storage.ts';
import { createStore } from './store.ts';
import { joinTabs, type TabNews } from './tabs.ts';
import { createUploads } from './uploads.ts';
import { watchPage } from './watch-page.ts';

export type ChatDeps = {
  base: string;
  key: string;
  identity: string | undefined;
  slot: Slot;
  /** What lasts as long as this tab. */
  page: Slot;
  /** The token that the visitor had before the page said who they are. */
  tokenBefore: string | null;
  /** Names what this visitor's tabs share. */
  name: string;
  onBadIdentity: () => void;
  onForgotten: () => void;
};

const typingPingMs = 4_000;

/** Starts the chat of one visitor: what runs in the background, and what they can do. */
export function startChat(deps: ChatDeps): Chat {
  const { slot } = deps;
  const stopped = new AbortController();
  const isStopped = (): boolean => stopped.signal.aborted;
  const store = createStore({
    ...emptyState,
    isPageVisible: document.visibilityState === 'visible',
    composing: deps.page.get('composing') ?? '',
    formAnswers: readForm(jsonOf(slot.get('form') ?? '')),
  });
  const api = createApi(deps.base);
  const nap = createNap();
  const locks = openLocks(`${deps.name}:`);
  let isFollowing = false;
  let isLeading = !locks.areShared;
  let pingedAt = 0;
  const cuts = new Set<() => void>();

  const tabs = joinTabs(deps.name, (news) => onNews(news));
  const session = createSession({
    api,
    key: deps.key,
    identity: deps.identity,
    tokenBefore: deps.tokenBefore,
    slot,
    locks,
    nap,
    isStopped,
    onSession: (opened) => {
      const readThrough = readMark(slot, opened.conversationId);
      store.dispatch({ type: 'session', session: opened, readThrough });
      if (opened.lastSequenceNo > 0) void history.loadNewest();
      if (opened.lastSequenceNo > 0 || store.state().isOpen) follow();
    },
    onKept: () => tabs.tell({ kind: 'kept' }),
    onBadIdentity: deps.onBadIdentity,
  });
  const history = createHistory({ api, session, store, nap, isStopped });
  const uploads = createUploads({
    base: deps.base,
    session,
    store,
    onVoiceNote: (attachment) => put('', [attachment]),
  });
  const outbox = openOutbox({
    api,
    slot,
    locks,
    nap,
    session,
    isStopped,
    onTaken: (message) => {
      slot.remove('form');
      store.dispatch({ type: 'message', message });
    },
    onChange: () => {
      showOutbox();
      tabs.tell({ kind: 'outbox' });
    },
  });

  const showOutbox = (): void => store.dispatch({ type: 'outbox', entries: outbox.entries() });
  const onEvent = (event: StreamEvent): void => {
    const action = toAction(event, deps.base, Date.now());
    if (action === undefined) return;
    const mine = action.type === 'message' ? action.message.clientMessageId : null;
    if (mine !== null && outbox.entries().some((entry) => entry.clientMessageId === mine)) {
      outbox.remove(mine);
    }
    store.dispatch(action);
  };
  const onNews = (news: TabNews): void => {
    if (news.kind === 'event' && store.state().isHistoryLoaded) onEvent(news.event);
    if (news.kind === 'connection')
      store.dispatch({ type: 'connection', connection: news.connection });
    if (news.kind === 'read') store.dispatch({ type: 'read', through: news.through });
    if (news.kind === 'outbox') showOutbox();
    if (news.kind === 'kept') void session.join().then(follow);
    if (news.kind === 'forgotten') deps.onForgotten();
  };
  const follow = (): void => {
    if (isFollowing || isStopped()) return;
    isFollowing = true;
    void followEvents({
      base: deps.base,
      session,
      locks,
      nap,
      signal: stopped.signal,
      onNetworkChange: (cut) => {
        cuts.add(cut);
        return () => cuts.delete(cut);
      },
      knownThrough: () => store.state().knownThrough,
      onEvent: (event) => {
        onEvent(event);
        if (locks.areShared) tabs.tell({ kind: 'event', event });
      },
      onConnection: (connection) => {
        isLeading = true;
        store.dispatch({ type: 'connection', connection });
        if (locks.areShared) tabs.tell({ kind: 'connection', connection });
      },
    });
  };
  const put = (text: string, attachments: Attachment[]): void => {
    session.keep();
    follow();
    const { formAnswers, messages } = store.state();
    const isFirst = messages.length === 0 && outbox.entries().length === 0;
    outbox.put({
      clientMessageId: randomId(),
      text,
      attachments,
      form: isFirst ? formAnswers : null,
      createdAt: Date.now(),
      refusal: null,
    });
    void outbox.send();
  };

  const compose = (text: string): void => {
    store.dispatch({ type: 'compose', text });
    if (text === '') deps.page.remove('composing');
    else deps.page.set('composing', text);
  };

  const stopReceipts = tellReceipts({ api, session, store, isLeading: () => isLeading });
  const stopHealing = store.listen(() => {
    if (hasGap(store.state())) void history.heal();
  });
  const stopWatching = watchPage({ store, nap, history, cuts, isLeading: () => isLeading });

  showOutbox();
  void session.open().then((outcome) => {
    if (outcome === 'open' && outbox.entries().length > 0) void outbox.send();
  });

  return {
    state: store.state,
    listen: store.listen,
    open() {
      store.dispatch({ type: 'open', isOpen: true });
      session.keep();
      follow();
    },
    close: () => store.dispatch({ type: 'open', isOpen: false }),
    send: put,
    compose,
    edit(clientMessageId) {
      const entry = outbox.entries().find((one) => one.clientMessageId === clientMessageId);
      outbox.remove(clientMessageId);
      compose(entry?.text ?? '');
    },
    discard: outbox.remove,
    answerForm(answers) {
      slot.set('form', JSON.stringify(answers));
      store.dispatch({ type: 'form', answers });
    },
    isTyping() {
      const now = Date.now();
      if (store.state().messages.length === 0 || now - pingedAt < typingPingMs) return;
      pingedAt = now;
      void session.withToken((token) => api.tellTyping(token));
    },
    attach: (file) => {
      session.keep();
      uploads.add(file);
    },
    sendVoiceNote(file) {
      session.keep();
      uploads.add(file, { isVoiceNote: true });
    },
    uploadAgain: uploads.again,
    cancelUpload: uploads.cancel,
    clearUploads: uploads.clear,
    loadOlder: () => void history.loadOlder(),
    refreshFile: (attachment) => void history.refresh(attachment),
    sawNewest() {
      const { conversationId, messages, readThrough, isOpen, isPageVisible } = store.state();
      const through = messages[messages.length - 1]?.sequenceNo ?? 0;
      if (!isOpen || !isPageVisible || through <= readThrough) return;
      store.dispatch({ type: 'read', through });
      noteRead(slot, conversationId, through);
      tabs.tell({ kind: 'read', through });
    },
    stop({ forget } = { forget: false }) {
      stopped.abort();
      nap.wake();
      stopWatching();
      stopReceipts();
      stopHealing();
      if (forget) slot.clear();
      if (forget) tabs.tell({ kind: 'forgotten' });
      tabs.close();
    },
  };
}
