import { describe, expect, it } from '@jest/globals';
import { decideTurn } from '../../src/agent/decide-turn.ts';
import { timelineMessage } from './timeline-message.ts';

type Facts = Parameters<typeof decideTurn>[0];

const price = 2;

function facts(given: Partial<Facts> = {}): Facts {
  return {
    timeline: [timelineMessage(1)],
    answeredThrough: 0,
    owedThrough: 1,
    isPaused: false,
    credits: 10,
    numberHealth: 'ok',
    isWindowOpen: true,
    readAt: new Date('2026-11-20T12:00:00Z'),
    attempts: 1,
    ...given,
  };
}

describe('decideTurn', () => {
  it('replies to a customer whose message is not answered', () => {
    expect(decideTurn(facts(), price)).toEqual({ do: 'reply' });
  });

  it('says nothing while people have the conversation, whatever else is the matter', () => {
    const everything = { credits: 0, numberHealth: 'needs_attention', isWindowOpen: false };

    expect(decideTurn(facts({ isPaused: true, ...everything, attempts: 99 }), price)).toEqual({
      do: 'nothing',
      because: 'people_have_it',
    });
  });

  it.each([
    ['everything is answered', { answeredThrough: 1 }],
    ['the customer took it back', { timeline: [timelineMessage(1, { revoked: true })] }],
    [
      'only people and notices came after it',
      {
        timeline: [
          timelineMessage(1, { author: 'human' }),
          timelineMessage(2, { author: 'system' }),
        ],
      },
    ],
    [
      'what is left of the customer was answered',
      {
        timeline: [timelineMessage(1), timelineMessage(2, { author: 'system' })],
        answeredThrough: 1,
        owedThrough: 2,
      },
    ],
  ])('says nothing when %s, and hands nothing over', (_, given) => {
    const broke = {
      credits: 0,
      numberHealth: 'needs_attention',
      isWindowOpen: false,
      attempts: 99,
    };

    expect(decideTurn(facts({ ...broke, ...given }), price)).toEqual({
      do: 'nothing',
      because: 'nothing_new',
    });
  });

  it('pays exactly what the agent costs', () => {
    expect(decideTurn(facts({ credits: price }), price)).toEqual({ do: 'reply' });
    expect(decideTurn(facts({ credits: price - 1 }), price)).toEqual({
      do: 'hand_over',
      because: 'out_of_credits',
      sayFallback: false,
    });
    expect(decideTurn(facts({ credits: 0 }), 0)).toEqual({ do: 'reply' });
  });

  it('tries a conversation whose turns die five times, then says the fallback and hands it over', () => {
    expect(decideTurn(facts({ attempts: 5 }), price)).toEqual({ do: 'reply' });
    expect(decideTurn(facts({ attempts: 6 }), price)).toEqual({
      do: 'hand_over',
      because: 'turn_failed_repeatedly',
      sayFallback: true,
    });
  });

  it.each([
    ['channel_needs_attention', { numberHealth: 'needs_attention' }],
    ['reply_window_closed', { isWindowOpen: false }],
  ])('hands over because of %s, and says nothing that could not be sent', (because, given) => {
    const decision = decideTurn(facts({ credits: 0, attempts: 99, ...given }), price);

    expect(decision).toEqual({ do: 'hand_over', because, sayFallback: false });
  });
});
