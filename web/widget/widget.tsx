import { render } from 'preact';
import { App } from './app.tsx';
import { startChat } from './chat.ts';
import type { Chat } from './chat-handles.ts';
import { mountHost } from './host.ts';
import { chooseLanguage } from './language.ts';
import { lookOf } from './look.ts';
import type { ScriptTag } from './script-tag.ts';
import { openSlot, type Slot, slotOf, type TextStore } from './storage.ts';

/** Starts the chat on the page, and gives the page its few handles on it. */
export function startWidget(tag: ScriptTag): void {
  let chat: Chat | undefined;
  let isDrawn = false;
  const host = mountHost();
  const page = openSlot(storeOf('sessionStorage'), `rapport:${tag.key}:`);

  const draw = (): void => {
    isDrawn = false;
    const settings = chat?.state().settings;
    if (chat === undefined || settings === undefined) {
      render(null, host.root);
      return;
    }
    const language = chooseLanguage([
      tag.language,
      settings.language,
      document.documentElement.lang,
      ...navigator.languages,
    ]);
    lookOf(tag, settings).apply(host.root);
    host.root.lang = language.tag;
    host.root.dir = language.direction;
    render(<App chat={chat} state={chat.state()} language={language} />, host.root);
  };
  const drawSoon = (): void => {
    if (isDrawn) return;
    isDrawn = true;
    // Not at the next frame: a page in the background has none, and its title counts what is unread.
    queueMicrotask(draw);
  };
  const nameOf = (identity: string | undefined): string => `rapport:${tag.key}:${slotOf(identity)}`;
  const start = (identity: string | undefined): void => {
    const name = nameOf(identity);
    const slot = openSlot(storeOf('localStorage'), `${name}:`);
    const stranger = openSlot(storeOf('localStorage'), `${nameOf(undefined)}:`);
    if (identity !== undefined) moveOutbox(stranger, slot);
    let isOpenNoted = page.get('open') === 'true';
    const next = startChat({
      base: tag.base,
      key: tag.key,
      identity,
      name,
      slot,
      page,
      tokenBefore: identity === undefined ? null : stranger.get('token'),
      // An identity that is refused must not keep the visitor from writing.
      onBadIdentity: () => restart(undefined),
      onForgotten: () => restart(undefined),
    });
    chat = next;
    next.listen(() => {
      const { isOpen } = next.state();
      if (isOpen !== isOpenNoted) page.set('open', String(isOpen));
      isOpenNoted = isOpen;
      drawSoon();
    });
    if (isOpenNoted) next.open();
  };
  const restart = (identity: string | undefined): void => {
    chat?.stop();
    start(identity);
    drawSoon();
  };

  const handles = {
    open: () => chat?.open(),
    close: () => chat?.close(),
    identify: (jwt: unknown) => {
      if (typeof jwt === 'string' && jwt !== '') restart(jwt);
    },
    forget: () => {
      chat?.stop({ forget: true });
      // Whoever used this browser before, and was not forgotten, is forgotten as well.
      openSlot(storeOf('localStorage'), `rapport:${tag.key}:`).clear();
      page.clear();
      restart(undefined);
    },
  };
  const isFree = takenName() === undefined;
  if (isFree) Object.defineProperty(window, 'rapport', { value: Object.freeze(handles) });
  if (tag.isOpen && page.get('open') === null) page.set('open', 'true');
  start(tag.identity);
}

/** What the page has under our name; an element with that id is in nobody's way. */
export function takenName(): unknown {
  const taken: unknown = Reflect.get(window, 'rapport');
  return taken instanceof Element ? undefined : taken;
}

/** What waits to be sent goes with the visitor when the page says who they are. */
function moveOutbox(from: Slot, to: Slot): void {
  for (const { name, value } of from.list('out:')) {
    to.set(name, value);
    from.remove(name);
  }
}

// Where the browser blocks storage, even asking for it throws.
function storeOf(kind: 'localStorage' | 'sessionStorage'): TextStore | undefined {
  try {
    return window[kind];
  } catch {
    return undefined;
  }
}
