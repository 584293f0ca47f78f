import { backoffMs } from '../../lib/clock.ts';
import type { TokenLook } from '../channel.ts';

/** The kind of the notice that a token may end before it can be renewed. */
export const tokenAtRisk = 'phone_number.token_at_risk';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const hourMs = 60 * minuteMs;

/** A refusal counts when it is said again so much later: providers' own trouble looks the same for a moment. */
const confirmMs = minuteMs;
const riskyMs = 7 * dayMs;
/** So many looks in a row that told nothing are some; with the waits between them, a day and a half. */
const patience = 14;
/** Of a token close to its end the first failures are none to speak of yet. */
const patienceAtEnd = 3;

/** What is known of a token when it was looked after. */
export type TokenFacts = {
  /** How long it still lives; null where it has no end, or nobody has told us. */
  livesForMs: number | null;
  /** Looks before this one, in a row, that did not find it good. */
  attempts: number;
};

/** What to write down about a look. `lookInMs` is null for a token that nothing will mend but a person. */
export type AfterLook = {
  lookInMs: number | null;
  attempts: number;
  tell: 'nothing' | 'at_risk' | 'refused';
};

/** When a token that was set just now is looked after first. Who knows when it ends can wait a day. */
export function firstLookMs(livesForMs: number | null | undefined): number {
  return livesForMs === null || livesForMs === undefined ? 5 * minuteMs : dayMs;
}

/** Decides what follows from a look: a good token is looked after daily, and what passes is not told. */
export function afterLook(look: TokenLook, facts: TokenFacts, random: () => number): AfterLook {
  const daily = Math.round(dayMs + random() * hourMs);
  const attempts = facts.attempts + 1;
  switch (look.token) {
    case 'renewed':
      return { lookInMs: daily, attempts: 0, tell: 'nothing' };
    case 'good':
      return { lookInMs: daily, attempts: 0, tell: endsSoon(facts) ? 'at_risk' : 'nothing' };
    case 'refused':
      return facts.attempts === 0
        ? { lookInMs: confirmMs, attempts, tell: 'nothing' }
        : { lookInMs: null, attempts, tell: 'refused' };
    case 'unknown': {
      const wait = { attempt: attempts, baseMs: minuteMs, maxMs: 6 * hourMs, random };
      const isRisky = attempts >= (endsSoon(facts) ? patienceAtEnd : patience);
      return { lookInMs: backoffMs(wait), attempts, tell: isRisky ? 'at_risk' : 'nothing' };
    }
  }
}

function endsSoon({ livesForMs }: TokenFacts): boolean {
  return livesForMs !== null && livesForMs < riskyMs;
}
