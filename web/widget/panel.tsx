import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chat } from './chat-handles.ts';
import { Composer } from './composer.tsx';
import { fitToScreen, isFullScreen, keepFocusIn, watchFullScreen } from './focus.ts';
import { Header } from './header.tsx';
import { Lightbox } from './lightbox.tsx';
import { plainWords } from './plain-words.ts';
import { PreChatForm } from './pre-chat-form.tsx';
import type { Attachment } from './protocol.ts';
import type { State } from './state.ts';
import { needsForm } from './thread.ts';
import { useLanguage } from './view-context.ts';
import { Wall } from './wall.tsx';

/** The open chat: who answers, what was said, and where to write. */
export function Panel({ chat, state }: { chat: Chat; state: State }): JSX.Element {
  const { words } = useLanguage();
  const panel = useRef<HTMLDivElement>(null);
  const [isModal, setModal] = useState(isFullScreen());
  const [image, setImage] = useState<Attachment | undefined>();
  const [isDropping, setDropping] = useState(false);
  const mayAttach = state.settings?.attachments === true && !needsForm(state);
  useEffect(() => watchFullScreen(setModal), []);
  useEffect(() => (panel.current === null ? undefined : fitToScreen(panel.current)), []);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && !event.isComposing) {
      event.preventDefault();
      if (image === undefined) chat.close();
      else setImage(undefined);
    }
    if (event.key === 'Tab' && isModal && panel.current !== null) keepFocusIn(panel.current, event);
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setDropping(false);
    for (const file of event.dataTransfer?.files ?? []) chat.attach(file);
  };
  const title = state.settings?.title ?? state.agentName ?? words.chat;
  return (
    <div
      class="panel"
      ref={panel}
      role="dialog"
      aria-label={title}
      aria-modal={isModal}
      onKeyDown={onKeyDown}
      onDragOver={(event) => {
        if (!mayAttach || event.dataTransfer?.types.includes('Files') !== true) return;
        event.preventDefault();
        setDropping(true);
      }}
      onDragLeave={(event) => {
        const isInside =
          event.relatedTarget instanceof Node && panel.current?.contains(event.relatedTarget);
        if (isInside !== true) setDropping(false);
      }}
      onDrop={onDrop}
    >
      <Header title={title} state={state} onClose={() => chat.close()} />
      {state.connection === 'offline' && (
        <p class="offline" role="status">
          {words.offline}
        </p>
      )}
      {needsForm(state) ? (
        <PreChatForm state={state} onSubmit={(answers) => chat.answerForm(answers)} />
      ) : (
        <>
          <Wall state={state} onImage={setImage} />
          <Composer chat={chat} state={state} />
        </>
      )}
      {isDropping && <p class="drop">{words.dropHere}</p>}
      {image !== undefined && <Lightbox image={image} onClose={() => setImage(undefined)} />}
      <Announcer announcement={state.announcement} />
    </div>
  );
}

/** Tells a screen reader each finished message once, never the pieces that it is written in. */
function Announcer({ announcement }: Pick<State, 'announcement'>): JSX.Element {
  return (
    <div class="hidden" aria-live="polite">
      {announcement !== undefined && <p key={announcement.id}>{plainWords(announcement.text)}</p>}
    </div>
  );
}
