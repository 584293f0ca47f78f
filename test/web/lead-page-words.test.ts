import { describe, expect, it } from '@jest/globals';
import { timeLeft } from '../../src/notifications/notifiers/time-left.ts';

const words = await import(String(new URL('../../web/lead/words.js', import.meta.url)));
const now = new Date('2026-11-21T10:00:00.000Z');

describe('the words of the page', () => {
  it.each([-1, 0, 59_999, 60_000, 3_600_000, 19_200_000, 86_400_000, 7 * 86_400_000 - 1])(
    'say %i ms as the notification does',
    (leftMs) => {
      const endsAt = new Date(now.getTime() + leftMs);

      const onPage: string = words.timeLeft(endsAt.toISOString(), now.getTime());

      expect(onPage.toLowerCase()).toBe(timeLeft(endsAt, now)?.toLowerCase());
    },
  );

  it.each([
    ['ai', null, true, 'Ada (AI) answers the customer.'],
    ['human', 'asked_for_a_person', true, 'Waiting for a person: the customer asked for one.'],
    ['human', 'model_failed', true, 'Waiting for a person: model failed.'],
    ['human', 'taken_over', false, 'A person has this conversation.'],
    ['human', 'person_wrote', false, 'A person has this conversation.'],
  ])('say who has it: %s, %s', (handledBy, handoverReason, mayTakeOver, said) => {
    const standing = { handledBy, handoverReason, aiPausedUntil: null, agentName: 'Ada' };

    expect(words.holderWords(standing)).toBe(said);
    expect(words.mayTakeOver(standing)).toBe(mayTakeOver);
  });
});
