import { hasArrived } from './delivery.js';
import { thread } from './shown.js';

/** What is on the customer's phone, in order: only what has arrived there, and what the customer has written. */
export function phoneItems(view) {
  const stored = thread(view)
    .filter((message) => message.author === 'customer' || hasArrived(message))
    .filter(({ revokedAt }) => !revokedAt)
    .map((message) => ({
      key: message.messageId,
      isMine: message.author === 'customer',
      type: message.type,
      text: message.text ?? '',
      picture: view.pictures.get(message.messageId),
      about: aboutOf(message.content),
      button: buttonOf(message),
      reaction: message.reaction ?? undefined,
      at: message.timestamp,
      ticks: message.author === 'customer' ? ticksOf(view, message) : undefined,
    }));
  const unsent = view.unsent.map((message) => ({
    key: message.localId,
    isMine: true,
    type: message.type,
    text: message.text,
    picture: message.picture,
    about: message.about,
    at: message.at,
    ticks: message.state,
  }));
  return [...stored, ...unsent];
}

/** What a message is about: a story that it answers, or something that was commented on in public. */
export function aboutOf(content) {
  if (content?.kind === 'comment') return 'comment';
  return content?.story === undefined ? undefined : 'story';
}

/** The button below a message, if it leads to a page. */
function buttonOf({ content }) {
  const button = content?.button;
  return /^https?:\/\//.test(button?.url ?? '') ? button : undefined;
}

/** A stored message was delivered to the business; it is read once anybody there has looked. */
function ticksOf(view, { sequenceNo }) {
  return sequenceNo <= view.readThrough ? 'read' : 'delivered';
}

/** Whether the phone shows that the business is typing. */
export function isTyping(view, now) {
  return view.typingUntil > now;
}

/** Whether the newest of these is the customer's, and was seen. */
export function wasSeen(items) {
  return items.at(-1)?.ticks === 'read';
}
