import { dimensions } from '../dimensions.ts';
import type { LeadState } from '../lead-state.ts';
import type { LeadMessage } from './lead-message.ts';

/** A message longer than this is cut in the middle; evidence is still looked for in all of it. */
const longestText = 6_000;
/** What the model is given at once, in characters; a longer backlog is read in several steps. */
const longestDocument = 60_000;

/**
 * What the model reads: a JSON document, so that no text in it can pass for another message. Answers also how
 * far it goes; messages beyond `through` wait for the next step. Earlier messages that it needs come first.
 */
export function leadDocument(given: {
  messages: LeadMessage[];
  /** Messages after this one are new; those before are there because evidence or context needs them. */
  readThrough: number;
  last: LeadState | null;
}): { text: string; through: number; isWhole: boolean } {
  const aliases = new Map(given.messages.map(({ messageId, alias }) => [messageId, alias]));
  const shown: object[] = [];
  let characters = 0;
  let through = given.readThrough;
  let isWhole = true;
  for (const message of given.messages) {
    const text = shortened(message.text);
    characters += text.length + 80;
    if (characters > longestDocument && through > given.readThrough) {
      isWhole = false;
      break;
    }
    shown.push({
      id: message.alias,
      from: message.from,
      at: message.at.toISOString().slice(0, 16),
      text,
    });
    through = Math.max(through, message.sequenceNo);
  }
  const document = {
    last: given.last === null ? null : lastAsShown(given.last, aliases),
    messages: shown,
  };
  return { text: JSON.stringify(document), through, isWhole };
}

function lastAsShown(last: LeadState, aliases: Map<string, string>): object {
  const shownEvidence = ({ messageId, quote }: { messageId: string; quote: string }) => {
    const message = aliases.get(messageId);
    return message === undefined ? [] : [{ message, quote }];
  };
  return {
    name: last.name,
    company: last.company,
    email: last.email,
    phone: last.phone,
    intent: last.intent,
    demoAt: last.demoBookDatetime,
    dimensions: Object.fromEntries(
      dimensions.map((dimension) => {
        const { score, evidence, missing } = last.reasoning[dimension];
        return [dimension, { grade: score, evidence: evidence.flatMap(shownEvidence), missing }];
      }),
    ),
  };
}

function shortened(text: string): string {
  if (text.length <= longestText) return text;
  const half = longestText / 2;
  return `${text.slice(0, half)} […${text.length - longestText} characters left out…] ${text.slice(-half)}`.toWellFormed();
}
