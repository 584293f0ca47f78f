import { channelOf, messagesOf } from './state.js';

/** The state as the page shows it: the channel that was chosen, and of the lists what belongs to it or to none. */
export function shown(state) {
  const belongs = ({ channel, payload, path }) => {
    const conversationId = payload?.conversationId ?? /cnv_\w+/.exec(path ?? '')?.[0];
    const of = channelOf(state, conversationId)?.platform ?? channel;
    return of === undefined || of === state.channel;
  };
  return {
    ...state,
    ...state.channels[state.channel],
    events: state.events.filter(belongs),
    calls: state.calls.filter(belongs),
  };
}

/** The messages of the conversation shown, in its order. */
export function thread(view) {
  return messagesOf(view, view.conversation?.conversationId);
}

/** The number of the newest message of the customer in the conversation shown; undefined before the first. */
export function newestFromCustomer(view) {
  return thread(view).findLast(({ author }) => author === 'customer')?.sequenceNo;
}
