import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Chat } from './chat-handles.ts';
import type { Language } from './language.ts';
import { Launcher } from './launcher.tsx';
import { Panel } from './panel.tsx';
import type { State } from './state.ts';
import { unreadCount } from './thread.ts';
import { ViewContextOf } from './view-context.ts';

/** The button, and the chat when it is open. */
export function App(props: { chat: Chat; state: State; language: Language }): JSX.Element {
  const { chat, state, language } = props;
  const launcher = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    if (wasOpen.current && !state.isOpen) launcher.current?.focus();
    wasOpen.current = state.isOpen;
  }, [state.isOpen]);
  return (
    <ViewContextOf.Provider value={{ chat, language }}>
      <section aria-label={language.words.chat}>
        {state.isOpen && <Panel chat={chat} state={state} />}
        <Launcher
          buttonRef={launcher}
          isOpen={state.isOpen}
          unread={state.isOpen ? 0 : unreadCount(state)}
          onClick={() => (state.isOpen ? chat.close() : chat.open())}
        />
      </section>
    </ViewContextOf.Provider>
  );
}
