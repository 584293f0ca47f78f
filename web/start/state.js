import { calendarChanges, withMeeting } from './calendar-state.js';
import {
  channelState,
  isOf,
  whileTyping,
  withAnswer,
  withConversation,
  withLead,
  withoutUnsent,
} from './channel-state.js';
import { laterDelivery } from './delivery.js';

const keptEntries = 120;
const keptMails = 30;

/** Everything the page knows, before anything has happened. The first of the business's channels is shown. */
export function initialState(channels) {
  return {
    channel: channels[0]?.platform,
    channels: Object.fromEntries(channels.map((one) => [one.platform, channelState(one)])),
    connection: 'connecting',
    messages: new Map(),
    early: new Map(),
    pictures: new Map(),
    mails: [],
    meetings: new Map(),
    people: new Map(),
    googleEvents: [],
    credits: undefined,
    notices: [],
    events: [],
    calls: [],
    entries: 0,
  };
}

/** The state after something happened. Events may come twice and statuses before their message. */
export function reduce(state, action) {
  const change = changes[action.type];
  return change === undefined ? state : { ...state, ...change(state, action) };
}

const changes = {
  choose: (state, { channel }) =>
    state.channels[channel] === undefined
      ? {}
      : { channel, ...changed(state, { ...state.channels[channel], hasNews: false }) },
  connection: (_, { connection }) => ({ connection }),
  credits: (_, { credits }) => ({ credits }),
  conversation: (state, { conversation }) => switchTo(state, conversation),
  history: (state, { messages }) => {
    let next = state;
    for (const message of messages) next = { ...next, ...withMessage(next, message) };
    return next;
  },
  pictures: (_, { pictures }) => ({ pictures }),
  writing: (state, { channel: name, message }) => {
    const channel = state.channels[name];
    const unsent = [...channel.unsent, { ...message, state: 'sending' }];
    return changed(state, { ...channel, unsent, wroteAt: message.at });
  },
  written: (state, { channel: name, localId, ok }) => {
    const channel = state.channels[name];
    const unsent = channel.unsent.map((one) =>
      one.localId === localId ? { ...one, state: ok ? 'delivered' : 'failed' } : one,
    );
    return changed(state, { ...channel, unsent });
  },
  changed: (state, { messageId, change }) => ({
    messages: new Map(state.messages).set(messageId, {
      ...state.messages.get(messageId),
      ...change,
    }),
  }),
  lead: (state, { lead }) => {
    const channel = channelOf(state, lead.conversationId);
    return channel === undefined ? {} : changed(state, withLead(channel, lead));
  },
  mails: (state, { mails }) => ({
    mails: [...mails.toReversed(), ...state.mails].slice(0, keptMails),
  }),
  ...calendarChanges,
  call: (state, { call }) => listed(state, 'calls', call),
  event: (state, { event, at }) => {
    const next = { ...state, ...onEvent(state, event, at) };
    const channel = channelOf(next, event.payload.conversationId)?.platform;
    return { ...next, ...listed(next, 'events', { ...event, at, channel }) };
  },
};

function onEvent(state, { kind, payload }, at) {
  if (kind === 'message') return withMessage(state, payload, at);
  if (kind === 'status') return withStatus(state, payload);
  if (kind === 'typing') return typing(state, payload, at);
  if (kind === 'notice') return { notices: [...state.notices, payload].slice(-3) };
  if (kind === 'conversation') return switchTo(state, payload);
  if (kind === 'meeting') return withMeeting(state, payload, at);
  return {};
}

function changed(state, channel) {
  return { channels: { ...state.channels, [channel.platform]: channel } };
}

/** The channel that shows this conversation; undefined for those of other customers. */
export function channelOf(state, conversationId) {
  if (conversationId === undefined) return undefined;
  return Object.values(state.channels).find(
    ({ conversation }) => conversation?.conversationId === conversationId,
  );
}

/** A conversation of the same customer replaces the one that its channel shows. */
function switchTo(state, conversation) {
  const channel = Object.values(state.channels).find((one) => isOf(one, conversation));
  if (channel === undefined) return {};
  let next = { ...state, ...changed(state, withConversation(channel, conversation)) };
  if (channel.conversation?.conversationId === conversation.conversationId) return next;
  // Its messages may have come before it.
  for (const message of messagesOf(state, conversation.conversationId)) {
    next = { ...next, ...placed(next, message) };
  }
  return next;
}

function withMessage(state, message, at) {
  const known = state.messages.get(message.messageId);
  const early = state.early.get(message.messageId);
  const deliveryStatus = [known?.deliveryStatus, early?.deliveryStatus].reduce(
    laterDelivery,
    message.deliveryStatus,
  );
  const merged = { ...known, ...message, ...early, deliveryStatus };
  const messages = new Map(state.messages).set(message.messageId, merged);
  const next = { ...state, messages };
  const isNew = known === undefined || message.author !== 'customer';
  return isNew ? { ...next, ...placed(next, merged, at) } : next;
}

/** What a message changes of the channel that it belongs to, as soon as that is known. */
function placed(state, message, at) {
  const channel = channelOf(state, message.conversationId);
  if (channel === undefined) return {};
  if (message.author !== 'customer') {
    const hasNews = channel.hasNews || (at !== undefined && channel.platform !== state.channel);
    return changed(state, { ...withAnswer(channel, message), hasNews });
  }
  const { channel: without, local } = withoutUnsent(channel, message);
  const wroteAt = local === undefined && at !== undefined ? at : channel.wroteAt;
  const picture = local?.picture;
  return {
    ...changed(state, { ...without, wroteAt }),
    ...(picture === undefined
      ? {}
      : { pictures: new Map(state.pictures).set(message.messageId, picture) }),
  };
}

function withStatus(state, status) {
  const { messageId, deliveryStatus, errorCode, errorText } = status;
  const facts = {
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(errorText === undefined ? {} : { errorText }),
  };
  const known = state.messages.get(messageId);
  const list = known === undefined ? 'early' : 'messages';
  const before = state[list].get(messageId);
  const later = laterDelivery(before?.deliveryStatus, deliveryStatus);
  const merged = { ...before, ...facts, deliveryStatus: later };
  const next = { ...state, [list]: new Map(state[list]).set(messageId, merged) };
  const channel = channelOf(state, known?.conversationId);
  return channel === undefined ? next : { ...next, ...changed(next, withAnswer(channel, merged)) };
}

/** A visitor who is writing is no sign that they were read. */
function typing(state, { conversationId, author }, at) {
  const channel = channelOf(state, conversationId);
  if (channel === undefined || author === 'customer') return {};
  const newest = messagesOf(state, conversationId).at(-1)?.sequenceNo ?? 0;
  return changed(state, whileTyping(channel, { newest, at }));
}

/** Puts an entry first in a list, with the milliseconds since the customer last wrote on its channel. */
function listed(state, list, entry) {
  const { wroteAt } = state.channels[entry.channel ?? state.channel] ?? {};
  const sinceMs = wroteAt === undefined ? undefined : entry.at - wroteAt;
  const key = `${state.entries + 1}`;
  return {
    entries: state.entries + 1,
    [list]: [{ ...entry, sinceMs, key }, ...state[list]].slice(0, keptEntries),
  };
}

/** The messages of one conversation, in its order. */
export function messagesOf(state, conversationId) {
  return [...state.messages.values()]
    .filter((message) => message.conversationId === conversationId)
    .sort((a, b) => a.sequenceNo - b.sequenceNo);
}
