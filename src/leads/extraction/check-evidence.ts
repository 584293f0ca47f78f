import { cutText } from '../../lib/safe-text.ts';
import type { Dimension, Grade } from '../dimensions.ts';
import type { Evidence } from '../lead-state.ts';
import { maxDimensionsPerQuote, saysSomething, speaksToMachine } from './evidence-rules.ts';
import { findQuote } from './find-quote.ts';
import type { LeadMessage } from './lead-message.ts';
import type { Reading } from './reading.ts';

/** Why words that the model named are no evidence. */
export type DropReason =
  | 'no_such_message'
  | 'not_the_customers'
  | 'not_literal'
  | 'says_nothing'
  | 'speaks_to_the_machine'
  | 'proves_too_much';

export type DroppedQuote = {
  dimension: Dimension;
  message: string;
  quote: string;
  because: DropReason;
};

/** Judges the quotes of one reading; what it kept and dropped is counted over all dimensions. */
export type EvidenceCheck = {
  dropped: DroppedQuote[];
  kept(): number;
  /** The quotes of a dimension that hold, as they stand in their messages. */
  of(dimension: Dimension, reading: Reading): Evidence[];
};

const longestQuote = 300;

/** A check against the messages of a conversation, by their aliases. */
export function evidenceCheck(byAlias: Map<string, LeadMessage>): EvidenceCheck {
  const dropped: DroppedQuote[] = [];
  const uses = new Map<string, number>();
  let kept = 0;
  return {
    dropped,
    kept: () => kept,
    of: (dimension, reading) => {
      const { grade, evidence } = reading.dimensions[dimension];
      return evidence.flatMap(({ message, quote }) => {
        const found = findEvidence(byAlias.get(message.trim()), quote);
        const judged = typeof found === 'string' ? found : sparing(uses, found, grade);
        if (typeof judged === 'string') {
          dropped.push({
            dimension,
            message,
            quote: cutText(quote, longestQuote),
            because: judged,
          });
          return [];
        }
        kept += 1;
        return [judged];
      });
    },
  };
}

function findEvidence(message: LeadMessage | undefined, quote: string): Evidence | DropReason {
  if (message === undefined) return 'no_such_message';
  if (message.from !== 'customer') return 'not_the_customers';
  const literal = findQuote(message.text, cutText(quote, longestQuote));
  if (literal === undefined) return 'not_literal';
  if (!saysSomething(literal)) return 'says_nothing';
  if (speaksToMachine(message.text)) return 'speaks_to_the_machine';
  return { messageId: message.messageId, quote: literal };
}

function sparing(
  uses: Map<string, number>,
  evidence: Evidence,
  grade: Grade,
): Evidence | DropReason {
  if (grade === 1) return evidence;
  const key = `${evidence.messageId} ${evidence.quote.toLowerCase()}`;
  const used = uses.get(key) ?? 0;
  if (used >= maxDimensionsPerQuote) return 'proves_too_much';
  uses.set(key, used + 1);
  return evidence;
}
