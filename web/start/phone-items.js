import { hasArrived } from './delivery.js';
import { thread } from './state.js';

/** What is on the customer's phone, in order: only what has arrived there, and what the customer has written. */
export function phoneItems(state) {
  const stored = thread(state)
    .filter((message) => message.author === 'customer' || hasArrived(message))
    .map((message) => ({
      key: message.messageId,
      isMine: message.author === 'customer',
      type: message.type,
      text: message.text ?? '',
      picture: state.pictures.get(message.messageId),
      button: buttonOf(message),
      at: message.timestamp,
      ticks: message.author === 'customer' ? ticksOf(state, message) : undefined,
    }));
  const unsent = state.unsent.map((message) => ({
    key: message.localId,
    isMine: true,
    type: message.type,
    text: message.text,
    picture: message.picture,
    at: message.at,
    ticks: message.state,
  }));
  return [...stored, ...unsent];
}

/** The button below a message, if it leads to a page. */
function buttonOf({ content }) {
  const button = content?.button;
  return /^https?:\/\//.test(button?.url ?? '') ? button : undefined;
}

/** A stored message was delivered to the business; it is read once anybody there has looked. */
function ticksOf(state, { sequenceNo }) {
  return sequenceNo <= state.readThrough ? 'read' : 'delivered';
}

/** Whether the phone shows that the business is typing. */
export function isTyping(state, now) {
  return state.typingUntil > now;
}
