import { hasArrived, laterDelivery } from './delivery.js';

/** WhatsApp shows "typing" for at most 25 seconds. */
const typingMs = 25_000;
const keptEntries = 120;
const keptMails = 30;

/** Everything the page shows, before anything has happened. */
export function initialState(customer) {
  return {
    customer,
    connection: 'connecting',
    conversation: undefined,
    messages: new Map(),
    early: new Map(),
    unsent: [],
    pictures: new Map(),
    lead: undefined,
    mails: [],
    readThrough: 0,
    typingUntil: 0,
    credits: undefined,
    notices: [],
    events: [],
    calls: [],
    entries: 0,
    wroteAt: undefined,
  };
}

/** The state after something happened. Events may come twice and statuses before their message. */
export function reduce(state, action) {
  const change = changes[action.type];
  return change === undefined ? state : { ...state, ...change(state, action) };
}

const changes = {
  connection: (_, { connection }) => ({ connection }),
  credits: (_, { credits }) => ({ credits }),
  conversation: (state, { conversation }) =>
    conversation === undefined ? {} : switchTo(state, conversation),
  history: (state, { messages }) => {
    let next = state;
    for (const message of messages) next = { ...next, ...withMessage(next, message) };
    return next;
  },
  pictures: (_, { pictures }) => ({ pictures }),
  writing: (state, { message }) => ({
    unsent: [...state.unsent, { ...message, state: 'sending' }],
    wroteAt: message.at,
  }),
  written: (state, { localId, ok }) => ({
    unsent: state.unsent.map((one) =>
      one.localId === localId ? { ...one, state: ok ? 'delivered' : 'failed' } : one,
    ),
  }),
  lead: (state, { lead }) => (isNews(state, lead) ? { lead } : {}),
  mails: (state, { mails }) => ({
    mails: [...mails.toReversed(), ...state.mails].slice(0, keptMails),
  }),
  call: (state, { call }) => listed(state, 'calls', call),
  event: (state, { event, at }) => ({
    ...onEvent(state, event, at),
    ...listed(state, 'events', { ...event, at }),
  }),
};

function onEvent(state, { kind, payload }, at) {
  if (kind === 'message') return withMessage(state, payload, at);
  if (kind === 'status') return withStatus(state, payload);
  if (kind === 'typing') return whileTyping(state, payload, at);
  if (kind === 'notice') return { notices: [...state.notices, payload].slice(-3) };
  if (kind === 'conversation' && isOurs(state, payload)) return switchTo(state, payload);
  return {};
}

/** A conversation of the same customer replaces the one shown when it is newer. */
function isOurs(state, { customerPhone, isActive, conversationId }) {
  return (
    conversationId === state.conversation?.conversationId ||
    (isActive && sameAddress(customerPhone, state.customer))
  );
}

/** Whether two ways to write an address mean the same phone. */
export function sameAddress(one, other) {
  return one !== undefined && String(one).replace(/^\+/, '') === String(other).replace(/^\+/, '');
}

function switchTo(state, conversation) {
  const isSame = conversation.conversationId === state.conversation?.conversationId;
  const merged = isSame ? { ...state.conversation, ...conversation } : conversation;
  return {
    conversation: merged,
    ...(isSame ? {} : { lead: undefined, readThrough: 0, typingUntil: 0 }),
  };
}

/** Answers may overtake each other: an older one changes nothing. */
function isNews({ conversation, lead: known }, lead) {
  return (
    lead.conversationId === conversation?.conversationId &&
    (known === undefined || Date.parse(lead.extractedAt) >= Date.parse(known.extractedAt))
  );
}

function withMessage(state, message) {
  const known = state.messages.get(message.messageId);
  const early = state.early.get(message.messageId);
  const deliveryStatus = [known?.deliveryStatus, early?.deliveryStatus].reduce(
    laterDelivery,
    message.deliveryStatus,
  );
  const merged = { ...known, ...message, ...early, deliveryStatus };
  const messages = new Map(state.messages).set(message.messageId, merged);
  if (known !== undefined || message.author !== 'customer') {
    return { messages, ...reading(state, merged) };
  }
  return { messages, ...matched(state, message) };
}

/** What the phone showed before rapport had it is the same message: it gives way, and leaves its picture. */
function matched(state, message) {
  const alike = state.unsent.filter(({ type }) => type === message.type);
  const local = alike.find(({ text }) => text === (message.text ?? '')) ?? alike[0];
  if (local === undefined) return {};
  return {
    unsent: state.unsent.filter((one) => one !== local),
    ...(local.picture === undefined
      ? {}
      : { pictures: new Map(state.pictures).set(message.messageId, local.picture) }),
  };
}

/** Whoever answers has read what came before, and types no longer once it has arrived. */
function reading(state, message) {
  if (message.author === 'customer') return {};
  return {
    readThrough: Math.max(state.readThrough, message.sequenceNo ?? 0),
    ...(hasArrived(message) && message.conversationId === state.conversation?.conversationId
      ? { typingUntil: 0 }
      : {}),
  };
}

function withStatus(state, status) {
  const { messageId, deliveryStatus, errorCode, errorText } = status;
  const facts = {
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(errorText === undefined ? {} : { errorText }),
  };
  const known = state.messages.get(messageId);
  if (known === undefined) {
    const before = state.early.get(messageId);
    const later = laterDelivery(before?.deliveryStatus, deliveryStatus);
    return {
      early: new Map(state.early).set(messageId, { ...before, ...facts, deliveryStatus: later }),
    };
  }
  const merged = {
    ...known,
    ...facts,
    deliveryStatus: laterDelivery(known.deliveryStatus, deliveryStatus),
  };
  return { messages: new Map(state.messages).set(messageId, merged), ...reading(state, merged) };
}

function whileTyping(state, { conversationId }, at) {
  if (conversationId !== state.conversation?.conversationId) return {};
  const newest = Math.max(0, ...thread(state).map(({ sequenceNo }) => sequenceNo));
  return { typingUntil: at + typingMs, readThrough: Math.max(state.readThrough, newest) };
}

/** Puts an entry first in a list, with the milliseconds since the customer last wrote. */
function listed(state, list, entry) {
  const sinceMs = state.wroteAt === undefined ? undefined : entry.at - state.wroteAt;
  const key = `${state.entries + 1}`;
  return {
    entries: state.entries + 1,
    [list]: [{ ...entry, sinceMs, key }, ...state[list]].slice(0, keptEntries),
  };
}

/** The number of the newest message of the customer in the conversation shown; undefined before the first. */
export function newestFromCustomer(state) {
  return thread(state).findLast(({ author }) => author === 'customer')?.sequenceNo;
}

/** The messages of the conversation shown, in its order. */
export function thread(state) {
  return [...state.messages.values()]
    .filter(({ conversationId }) => conversationId === state.conversation?.conversationId)
    .sort((a, b) => a.sequenceNo - b.sequenceNo);
}
