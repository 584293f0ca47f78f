import { hasArrived } from './delivery.js';
import { thread } from './shown.js';

/** What the customer does on Instagram besides writing; `onProblem` hears why something could not be done. */
export function instagramActs({ phone, api, view, happen, onProblem }) {
  // A page that was loaded again knows the provider's ids only from the API.
  const targetOf = async ({ conversationId, sequenceNo }) => {
    const path = `/conversations/${conversationId}/messages?limit=1&after=${sequenceNo - 1}`;
    return (await api.get(path)).data[0]?.platformMessageId;
  };
  const act = async (message, change, post) => {
    if (message === undefined) return;
    try {
      const targetId = await targetOf(message);
      if (targetId && (await post(targetId))) {
        happen({ type: 'changed', messageId: message.messageId, change });
      }
    } catch (error) {
      onProblem(error);
    }
  };
  return {
    /** Gives a message of the business a heart, or takes it back; without an id the newest. */
    heart(messageId) {
      const theirs = thread(view()).filter((one) => one.author !== 'customer' && hasArrived(one));
      const message = theirs.findLast((one) => (messageId ?? one.messageId) === one.messageId);
      const emoji = message?.reaction ? undefined : '❤️';
      return act(message, { reaction: emoji ?? null }, (target) => phone.react(target, emoji));
    },
    /** Takes the customer's newest message back. */
    unsend() {
      const mine = thread(view()).filter((one) => one.author === 'customer' && !one.revokedAt);
      const change = { text: '', content: {}, revokedAt: new Date().toISOString() };
      return act(mine.at(-1), change, (target) => phone.unsend(target));
    },
  };
}
