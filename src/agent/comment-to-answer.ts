import { answerableComment, type ReplyTarget } from '../channels/reply-target.ts';
import type { TurnFacts } from './turn-facts.ts';

/**
 * The comment that a turn answers: the newest of what is unanswered, if it is one that takes an answer. Where the
 * customer has written a message since, the answer is an ordinary one.
 */
export function commentToAnswer(
  facts: Pick<TurnFacts, 'timeline' | 'answeredThrough' | 'readAt'>,
): ReplyTarget | undefined {
  const newest = facts.timeline.findLast(
    (message) =>
      message.author === 'customer' &&
      !message.revoked &&
      message.sequenceNo > facts.answeredThrough,
  );
  return newest === undefined ? undefined : answerableComment(newest.content, facts.readAt);
}
