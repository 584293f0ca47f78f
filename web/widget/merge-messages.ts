import type { Message } from './protocol.ts';
import type { State } from './state.ts';

/** The chat with one more message, as it happens: a draft ends, the visitor's own leaves the outbox. */
export function mergeMessage(state: State, message: Message): State {
  const isNew = !state.messages.some(({ messageId }) => messageId === message.messageId);
  const merged = mergeMessages(state, [message]);
  if (!isNew || message.sender === 'visitor') return merged;
  return {
    ...merged,
    draft: undefined,
    typing: undefined,
    announcement: { id: message.messageId, text: message.text },
  };
}

/** The chat with these messages in their places; those it has are replaced by what is newer. */
export function mergeMessages(state: State, found: Message[]): State {
  const [first] = found;
  if (first === undefined) return state;
  const isOther = state.conversationId !== null && first.conversationId !== state.conversationId;
  const known = isOther ? [] : state.messages;
  const bySequence = new Map([...known, ...found].map((message) => [message.sequenceNo, message]));
  const messages = [...bySequence.values()].sort((a, b) => a.sequenceNo - b.sequenceNo);
  const taken = new Set(found.map(({ clientMessageId }) => clientMessageId));
  return {
    ...state,
    messages,
    conversationId: first.conversationId || state.conversationId,
    knownThrough: knownThrough(bySequence, isOther ? 0 : state.knownThrough),
    readThrough: isOther ? 0 : state.readThrough,
    businessReadThrough: Math.max(
      isOther ? 0 : state.businessReadThrough,
      ...messages.filter(isAnswer).map(({ sequenceNo }) => sequenceNo),
    ),
    outbox: state.outbox.filter(({ clientMessageId }) => !taken.has(clientMessageId)),
  };
}

/** Whether a message came before those that it would follow: something in between is missing. */
export function hasGap(state: State): boolean {
  const last = state.messages[state.messages.length - 1];
  return last !== undefined && last.sequenceNo > state.knownThrough;
}

function knownThrough(bySequence: Map<number, Message>, known: number): number {
  let through = known;
  while (bySequence.has(through + 1)) through += 1;
  return through;
}

function isAnswer({ author }: Message): boolean {
  return author === 'ai' || author === 'human';
}
