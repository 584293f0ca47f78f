import type { Message } from './protocol.ts';
import type { OutboxEntry, State } from './state.ts';

export type Ticks = 'sending' | 'sent' | 'read' | 'refused';

/** One line of the wall, from the oldest to the newest. */
export type ThreadItem =
  | { kind: 'day'; key: string; timestamp: string }
  | { kind: 'joined'; key: string; who: 'human' | 'ai' }
  | { kind: 'notice'; key: string; text: string }
  | { kind: 'message'; key: string; message: Message; ticks: Ticks | null; isLastOfGroup: boolean }
  | { kind: 'outgoing'; key: string; entry: OutboxEntry; ticks: Ticks };

/** What the wall shows of the messages: days, who joined, bubbles, and what is still on its way out. */
export function threadOf(state: State): ThreadItem[] {
  const items: ThreadItem[] = [];
  let answeredBy: Message['author'] = 'ai';
  let day = '';
  state.messages.forEach((message, index) => {
    const { timestamp, author } = message;
    const messageDay = dayOf(timestamp);
    if (messageDay !== day) items.push({ kind: 'day', key: `day-${messageDay}`, timestamp });
    day = messageDay;
    const joined = joinedBy(author, answeredBy);
    if (joined !== undefined) {
      items.push({ kind: 'joined', key: `joined-${message.messageId}`, who: joined });
      answeredBy = joined;
    }
    items.push(
      author === 'system'
        ? { kind: 'notice', key: message.messageId, text: message.text }
        : messageItem(state, message, state.messages[index + 1]),
    );
  });
  if (state.handledBy === 'human' && answeredBy === 'ai' && state.messages.length > 0) {
    items.push({ kind: 'joined', key: 'joined', who: 'human' });
  }
  return [...items, ...state.outbox.map(outgoingItem)];
}

/** How many messages of the business the visitor has not read. */
export function unreadCount(state: State): number {
  return state.messages.filter(
    ({ sender, author, sequenceNo }) =>
      sender === 'business' && author !== 'system' && sequenceNo > state.readThrough,
  ).length;
}

/** Whether older messages can be asked for. */
export function hasOlder(state: State): boolean {
  return state.isHistoryLoaded && (state.messages[0]?.sequenceNo ?? 1) > 1;
}

/** Nobody has written yet: greeting, quick replies and form belong here. */
export function isFresh(state: State): boolean {
  return state.isHistoryLoaded && state.messages.length === 0 && state.outbox.length === 0;
}

/** Whether the form stands before the first message. */
export function needsForm(state: State): boolean {
  return state.settings?.preChat != null && state.formAnswers === null && isFresh(state);
}

/** What the server should be told of what was received and read, beyond what it was told; undefined if nothing. */
export function receiptDue(
  state: State,
  told: { delivered: number; read: number },
): { status: 'delivered' | 'read'; through: number } | undefined {
  const last = state.messages.reduce(
    (most, { sender, sequenceNo }) => (sender === 'business' ? Math.max(most, sequenceNo) : most),
    0,
  );
  const read = Math.min(last, state.readThrough);
  if (read > told.read) return { status: 'read', through: read };
  if (last > Math.max(told.delivered, told.read)) return { status: 'delivered', through: last };
  return undefined;
}

function messageItem(state: State, message: Message, next: Message | undefined): ThreadItem {
  const isMine = message.sender === 'visitor';
  const isRead = message.sequenceNo <= state.businessReadThrough;
  return {
    kind: 'message',
    // The bubble stays the same one when the server has taken what was in the outbox.
    key: message.clientMessageId ?? message.messageId,
    message,
    ticks: isMine ? (isRead ? 'read' : 'sent') : null,
    isLastOfGroup: next === undefined || !isSameGroup(message, next),
  };
}

function outgoingItem(entry: OutboxEntry): ThreadItem {
  const ticks = entry.refusal === null ? 'sending' : 'refused';
  return { kind: 'outgoing', key: entry.clientMessageId, entry, ticks };
}

function joinedBy(
  author: Message['author'],
  before: Message['author'],
): 'human' | 'ai' | undefined {
  const isAnswer = author === 'human' || author === 'ai';
  return isAnswer && author !== before ? author : undefined;
}

const groupMs = 5 * 60_000;

function isSameGroup(one: Message, next: Message): boolean {
  const isSameWriter = one.sender === next.sender && one.author === next.author;
  return isSameWriter && Date.parse(next.timestamp) - Date.parse(one.timestamp) < groupMs;
}

function dayOf(timestamp: string): string {
  const date = new Date(timestamp);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}
