import type { ComponentChildren, JSX } from 'preact';
import { AttachmentView } from './attachment-view.tsx';
import { isOnlyEmoji } from './emoji.ts';
import { Icon } from './icons.tsx';
import type { Attachment, Message } from './protocol.ts';
import { PlainText, RichText } from './rich-text.tsx';
import type { OutboxEntry } from './state.ts';
import { steadyMarkdown } from './steady-markdown.ts';
import type { Ticks } from './thread.ts';
import { hourWords } from './times.ts';
import { useChat, useLanguage } from './view-context.ts';

type OnImage = (image: Attachment) => void;

/** One message. */
export function Bubble(props: {
  message: Message;
  ticks: Ticks | null;
  isLastOfGroup: boolean;
  onImage: OnImage;
}): JSX.Element {
  const { message, ticks, isLastOfGroup, onImage } = props;
  const { tag } = useLanguage();
  const isMine = message.sender === 'visitor';
  const { text, attachments, button } = message;
  return (
    <Frame isMine={isMine} text={text} isLast={isLastOfGroup}>
      <Files attachments={attachments} onImage={onImage} />
      {text !== '' && (isMine ? <PlainText text={text} /> : <RichText text={text} />)}
      {button !== null && (
        <a class="link-button" href={button.url} target="_blank" rel="noopener noreferrer">
          {button.label}
        </a>
      )}
      {isLastOfGroup && (
        <p class="meta">
          <time dateTime={message.timestamp}>{hourWords(message.timestamp, tag)}</time>
          {ticks !== null && <TicksView ticks={ticks} />}
        </p>
      )}
    </Frame>
  );
}

/** Something the visitor wrote that is still on its way, or was refused. */
export function OutgoingBubble(props: {
  entry: OutboxEntry;
  ticks: Ticks;
  onImage: OnImage;
}): JSX.Element {
  const { entry, ticks, onImage } = props;
  const { words } = useLanguage();
  const chat = useChat();
  return (
    <Frame isMine text={entry.text} isLast entry={entry}>
      <Files attachments={entry.attachments} onImage={onImage} />
      {entry.text !== '' && <PlainText text={entry.text} />}
      <p class="meta">
        <TicksView ticks={ticks} />
      </p>
      {entry.refusal !== null && (
        <div class="refusal" role="alert">
          <p>
            {words.notSent}: {entry.refusal}
          </p>
          <button type="button" onClick={() => chat?.edit(entry.clientMessageId)}>
            {words.edit}
          </button>
          <button type="button" onClick={() => chat?.discard(entry.clientMessageId)}>
            {words.remove}
          </button>
        </div>
      )}
    </Frame>
  );
}

/** The answer while it is being written. */
export function DraftBubble({ text }: { text: string }): JSX.Element {
  return (
    <div class="bubble theirs draft">
      <RichText text={steadyMarkdown(text)} />
    </div>
  );
}

function Frame(props: {
  isMine: boolean;
  text: string;
  isLast: boolean;
  entry?: OutboxEntry;
  children: ComponentChildren;
}): JSX.Element {
  const { isMine, text, isLast, entry, children } = props;
  const { words } = useLanguage();
  const kind = `${isMine ? 'mine' : 'theirs'}${isLast ? ' last' : ''}${stateOf(entry)}`;
  return (
    <div class={`bubble ${kind}${isOnlyEmoji(text) ? ' big' : ''}`}>
      {isMine && <span class="hidden">{words.youWrote}: </span>}
      {children}
    </div>
  );
}

function stateOf(entry: OutboxEntry | undefined): string {
  if (entry === undefined) return '';
  return entry.refusal === null ? ' outgoing' : ' refused';
}

function Files(props: { attachments: Attachment[]; onImage: OnImage }): JSX.Element | null {
  if (props.attachments.length === 0) return null;
  return (
    <div class="files">
      {props.attachments.map((attachment) => (
        <AttachmentView
          key={attachment.attachmentId}
          attachment={attachment}
          onImage={props.onImage}
        />
      ))}
    </div>
  );
}

function TicksView({ ticks }: { ticks: Ticks }): JSX.Element {
  const { words } = useLanguage();
  const shown = {
    sending: { icon: 'clock', label: words.sending },
    sent: { icon: 'check', label: words.sent },
    read: { icon: 'checks', label: words.read },
    refused: { icon: 'alert', label: words.notSent },
  } as const;
  const { icon, label } = shown[ticks];
  return (
    <span class={`ticks ${ticks}`} role="img" aria-label={label} title={label}>
      <Icon name={icon} />
    </span>
  );
}
