import { cutText } from '../../lib/safe-text.ts';
import type { NotificationContent } from '../../notifications/notification-content.ts';
import { wordsIn } from '../../notifications/targets/keyword-match.ts';
import { changedFields, matchedWords, type Rule } from '../../notifications/targets/rules.ts';
import { bookingInWords } from './booking-in-words.ts';
import type { EventToTell } from './plan-telling.ts';
import type { ToldLead } from './told-lead.ts';

const maxQuotes = 3;
const maxQuoteLength = 200;
const maxWantsLength = 240;

/**
 * What a target is told of a lead: `events` are what happened, the weightiest first, and `rules` the target's
 * own, because a message about a word says which.
 */
export function composeContent(
  conversationId: string,
  facts: ToldLead,
  events: EventToTell[],
  rules: Rule[],
): NotificationContent {
  const { lead } = facts;
  const phone = lead?.phone ?? (facts.contactPhone === null ? null : `+${facts.contactPhone}`);
  const wants = lead?.brief.wants ?? lead?.intent ?? null;
  return {
    conversationId,
    because: [...new Set(events.map((event) => becauseOf(event, rules)))].join(' · '),
    who: {
      name: lead?.name ?? facts.contactName,
      company: lead?.company ?? null,
      email: lead?.email ?? null,
      phone,
      platform: facts.platform,
      agentName: facts.agentName,
    },
    wants: wants === null ? null : cutText(wants, maxWantsLength),
    score: lead === null ? null : { tag: lead.tag, total: lead.total, percent: lead.percent },
    whyNow: whyNow(facts, events, rules),
    promised: (lead?.brief.promised ?? [])
      .slice(0, maxQuotes)
      .map(({ text }) => cutText(text, maxQuoteLength)),
  };
}

/** Words with the keyword first, then what the score rests on; who waits for a person is best quoted as they asked. */
function whyNow(facts: ToldLead, events: EventToTell[], rules: Rule[]): string[] {
  const words = rules.flatMap((rule) => (rule.on === 'keyword' ? rule.words : []));
  const asked = events.some(({ kind }) => kind === 'handover' || kind === 'failure');
  const quotes = [
    ...events
      .flatMap(({ details }) => textsOf(details))
      .filter((text) => wordsIn(text, words).length > 0),
    ...(asked ? facts.lastTexts.slice(0, 1) : []),
    ...(facts.lead?.brief.whyNow ?? []).map(({ quote }) => quote),
  ];
  const said = quotes.length > 0 ? quotes : facts.lastTexts;
  return [...new Set(said.map((text) => cutText(text, maxQuoteLength)))].slice(0, maxQuotes);
}

function textsOf(details: Record<string, unknown>): string[] {
  const texts = details['texts'];
  return Array.isArray(texts) ? texts.filter((text) => typeof text === 'string') : [];
}

function becauseOf({ kind, details }: EventToTell, rules: Rule[]): string {
  switch (kind) {
    case 'tag': {
      const from = details['from'];
      const before = typeof from === 'string' ? `, was ${from}` : '';
      return `Turned ${textOr(details['to'], 'another tag')}${before}`;
    }
    case 'change':
      return `Changed: ${changedFields(details).map(inWords).join(', ')}`;
    case 'keyword': {
      const words = matchedWords(rules, { details }).map((word) => `“${word}”`);
      return `Wrote ${words.join(', ')}`;
    }
    case 'booking':
      return bookingInWords(details);
    case 'handover':
      return reasons.get(textOr(details['reason'], '')) ?? 'Needs a person';
    case 'failure':
      return `Not answered: ${reasons.get(textOr(details['reason'], '')) ?? 'a message could not be sent'}`;
    case 'click':
      return `Opened the link: ${textOr(details['purpose'], 'website')}`;
  }
}

const reasons = new Map([
  ['asked_for_a_person', 'Asked for a person'],
  ['out_of_credits', 'no credits left'],
  ['channel_needs_attention', 'the number cannot send'],
  ['reply_window_closed', 'the reply window is closed'],
  ['turn_failed_repeatedly', 'the AI failed repeatedly'],
  ['model_failed', 'the model failed'],
  ['promise_not_kept', 'the AI promised what it had not done'],
]);

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

/** `leadStatusTag` as people read it: `lead status tag`. */
function inWords(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
