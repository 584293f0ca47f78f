import type { ModelAnswer } from './decide.ts';
import { directedError } from './errors.ts';
import { type LeadDocument, readingDirectives } from './lead-document.ts';
import { readLead } from './lead-reading.ts';

/** What the model answers when a lead is to be read: the reading, or what `[[sim:extract …]]` asks for. */
export function decideReading(document: LeadDocument): { answer: ModelAnswer; delayMs: number } {
  const reading = JSON.stringify(readLead(document));
  let answer: ModelAnswer = { kind: 'text', text: reading };
  let delayMs = 0;
  for (const directive of readingDirectives(document, 'extract')) {
    const [what = ''] = directive.split(/\s+/, 1);
    const rest = directive.slice(what.length).trim();
    if (what === 'delay') delayMs = Number.parseInt(rest, 10) || 0;
    else answer = spoiled(what, rest, reading) ?? answer;
  }
  return { answer, delayMs };
}

function spoiled(what: string, rest: string, reading: string): ModelAnswer | undefined {
  switch (what) {
    case 'hang':
    case 'empty':
      return { kind: what };
    case 'error':
      return { kind: 'error', error: directedError(rest) };
    case 'refusal':
      return { kind: 'refusal', text: "I'm sorry, but I can't help with that." };
    case 'cut_off':
      return { kind: 'cut_off', text: reading.slice(0, reading.length / 2) };
    case 'garbage':
      return { kind: 'text', text: 'Here is what I think of this customer: {"name": they did not' };
    default:
      return undefined;
  }
}
