import { commentToAnswer } from './comment-to-answer.ts';
import type { TurnFacts } from './turn-facts.ts';

/** Why people get a conversation. */
export type HandoverReason =
  | 'asked_for_a_person'
  | 'out_of_credits'
  | 'channel_needs_attention'
  | 'reply_window_closed'
  | 'turn_failed_repeatedly'
  | 'model_failed'
  | 'model_refused'
  | 'model_out_of_quota'
  | 'model_answered_nothing'
  | 'promise_not_kept';

export type TurnDecision =
  | { do: 'reply' }
  | { do: 'nothing'; because: 'nothing_new' | 'people_have_it' }
  | { do: 'hand_over'; because: HandoverReason; sayFallback: boolean };

/** A conversation whose turns keep dying is not tried for ever: what kills them may be what is said in it. */
const maxTurnAttempts = 5;

/** Decides what a turn does, from facts alone. `creditsPerReply` is the agent's price. */
export function decideTurn(
  facts: Pick<
    TurnFacts,
    | 'timeline'
    | 'answeredThrough'
    | 'owedThrough'
    | 'isPaused'
    | 'credits'
    | 'numberHealth'
    | 'isWindowOpen'
    | 'readAt'
    | 'attempts'
  >,
  creditsPerReply: number,
): TurnDecision {
  if (facts.isPaused) return { do: 'nothing', because: 'people_have_it' };
  if (!hasSomethingToAnswer(facts)) return { do: 'nothing', because: 'nothing_new' };
  if (facts.numberHealth !== 'ok') {
    return { do: 'hand_over', because: 'channel_needs_attention', sayFallback: false };
  }
  if (!facts.isWindowOpen && commentToAnswer(facts) === undefined) {
    return { do: 'hand_over', because: 'reply_window_closed', sayFallback: false };
  }
  if (facts.credits < creditsPerReply) {
    return { do: 'hand_over', because: 'out_of_credits', sayFallback: false };
  }
  if (facts.attempts > maxTurnAttempts) {
    return { do: 'hand_over', because: 'turn_failed_repeatedly', sayFallback: true };
  }
  return { do: 'reply' };
}

function hasSomethingToAnswer(
  facts: Pick<TurnFacts, 'timeline' | 'answeredThrough' | 'owedThrough'>,
): boolean {
  if (facts.owedThrough <= facts.answeredThrough) return false;
  return facts.timeline.some(
    (message) =>
      message.sequenceNo > facts.answeredThrough &&
      message.author === 'customer' &&
      !message.revoked,
  );
}
