import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Bubble, DraftBubble, OutgoingBubble } from './bubble.tsx';
import { Icon } from './icons.tsx';
import { fill } from './language.ts';
import type { Attachment } from './protocol.ts';
import { RichText } from './rich-text.tsx';
import type { State } from './state.ts';
import { hasOlder, isFresh, type ThreadItem, threadOf } from './thread.ts';
import { dayWords } from './times.ts';
import { useChat, useLanguage } from './view-context.ts';

const nearPx = 60;
// What scrolls must be reachable by keyboard.
const reachable = { tabIndex: 0 };

/** Everything that was said, the newest at the bottom; who reads further up is left there. */
export function Wall(props: { state: State; onImage: (image: Attachment) => void }): JSX.Element {
  const { state, onImage } = props;
  const { words } = useLanguage();
  const chat = useChat();
  const wall = useRef<HTMLDivElement>(null);
  const kept = useRef({ height: 0, first: 0 });
  const [isAtEnd, setAtEnd] = useState(true);
  const first = state.messages[0]?.sequenceNo ?? 0;
  const items = threadOf(state);

  const toEnd = (): void => {
    if (wall.current !== null) wall.current.scrollTop = wall.current.scrollHeight;
  };
  useLayoutEffect(() => {
    const box = wall.current;
    if (box === null) return;
    if (isAtEnd) toEnd();
    // What is put in above must not move what is being read.
    else if (first < kept.current.first) box.scrollTop += box.scrollHeight - kept.current.height;
    kept.current = { height: box.scrollHeight, first };
  });
  useEffect(() => {
    if (isAtEnd) chat?.sawNewest();
  });
  useEffect(() => {
    const box = wall.current;
    if (box === null || typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(() => isAtEnd && toEnd());
    observer.observe(box);
    for (const child of box.children) observer.observe(child);
    return () => observer.disconnect();
  }, [isAtEnd]);
  const onScroll = (): void => {
    const box = wall.current;
    if (box === null) return;
    setAtEnd(box.scrollHeight - box.scrollTop - box.clientHeight < nearPx);
    if (box.scrollTop < 2 * nearPx && hasOlder(state)) chat?.loadOlder();
  };
  const showsTyping = state.typing !== undefined || state.draft?.text === '';
  return (
    <div class="wall-frame">
      <div
        class="wall"
        ref={wall}
        {...reachable}
        role="log"
        aria-live="off"
        aria-label={words.messages}
        onScroll={onScroll}
      >
        <div class="lines">
          {hasOlder(state) && (
            <button
              type="button"
              class="older"
              disabled={state.isLoadingOlder}
              onClick={() => chat?.loadOlder()}
            >
              {words.older}
            </button>
          )}
          {isFresh(state) && <Greeting state={state} />}
          {items.map((item) => (
            <Line key={item.key} item={item} state={state} onImage={onImage} />
          ))}
          {state.draft !== undefined && state.draft.text !== '' && (
            <DraftBubble text={state.draft.text} />
          )}
          {showsTyping && (
            <p class="bubble theirs typing" key="typing">
              <span class="hidden">{words.typing}</span>
              <i />
              <i />
              <i />
            </p>
          )}
        </div>
      </div>
      {!isAtEnd && (
        <button type="button" class="to-end" aria-label={words.toNewest} onClick={toEnd}>
          <Icon name="down" />
        </button>
      )}
    </div>
  );
}

function Line(props: {
  item: ThreadItem;
  state: State;
  onImage: (image: Attachment) => void;
}): JSX.Element {
  const { item, state, onImage } = props;
  const { words, tag } = useLanguage();
  switch (item.kind) {
    case 'day':
      return <p class="divider">{dayWords(item.timestamp, { words, tag, now: new Date() })}</p>;
    case 'joined': {
      const name = state.agentName ?? words.assistantName;
      const text = item.who === 'human' ? words.personJoined : fill(words.assistantBack, { name });
      return <p class="divider joined">{text}</p>;
    }
    case 'notice':
      return <p class="divider">{item.text}</p>;
    case 'message':
      return <Bubble {...item} onImage={onImage} />;
    case 'outgoing':
      return <OutgoingBubble entry={item.entry} ticks={item.ticks} onImage={onImage} />;
  }
}

/** The first words, and what can be tapped instead of typing; they go when somebody writes. */
function Greeting({ state }: { state: State }): JSX.Element | null {
  const { words } = useLanguage();
  const chat = useChat();
  const greeting = state.settings?.greeting;
  const replies = state.settings?.quickReplies ?? [];
  return (
    <>
      {greeting != null && (
        <div class="bubble theirs last">
          <RichText text={greeting} />
        </div>
      )}
      {replies.length > 0 && (
        <ul class="quick" aria-label={words.quickReplies}>
          {replies.map((reply) => (
            <li key={reply}>
              <button type="button" onClick={() => chat?.send(reply, [])}>
                {reply}
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
