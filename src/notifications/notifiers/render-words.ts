import type { NotificationContent } from '../notification-content.ts';
import type { NotificationItem, NotificationToSend } from '../notifier.ts';
import { lineOrNull, oneLine } from './render-line.ts';
import { timeLeft } from './time-left.ts';

/** One lead in words, each a single line that is not yet escaped for anything. */
export type LeadWords = {
  because: string;
  who: string;
  /** Where the customer wrote and can be reached, such as `WhatsApp · +351 912 345 678`. */
  reachedAt: string;
  wants: string | null;
  tag: 'Hot' | 'Warm' | 'Cold' | null;
  /** Such as `Hot · 13 of 15 (81 %)`. */
  score: string | null;
  /** The customer's own words, without marks around them. */
  whyNow: string[];
  promised: string[];
  timeLeft: string | null;
  openUrl: string | null;
  takeOverUrl: string | null;
};

/** A message in words, before it is written as a provider wants it. */
export type NotificationWords = {
  /** What stands above it: one line that says the most. */
  subject: string;
  /** What the reader must know of the message itself; null when it speaks for itself. */
  intro: string | null;
  leads: LeadWords[];
};

/** Leads in one mail at most: mail programs cut off what is longer than some 100 kB. */
export const maxMailedLeads = 20;

/** Names of the buttons, the same everywhere. */
export const openLabel = 'Open the conversation';
export const takeOverLabel = 'Take over';

const platformNames: Record<string, string> = {
  whatsapp: 'WhatsApp',
  instagram: 'Instagram',
  webchat: 'Web chat',
  voice: 'Phone',
};

/** What every rendering of a message says. */
export function wordsOf(notification: NotificationToSend): NotificationWords {
  const leads = notification.items.map((item) => leadWords(item, notification.now));
  return {
    subject: subjectOf(notification.kind, leads),
    intro: introOf(notification.kind, leads),
    leads,
  };
}

function leadWords(item: NotificationItem, now: Date): LeadWords {
  const { content } = item;
  return {
    because: lineOrNull(content.because, 120) ?? 'News of a lead',
    who: whoOf(content),
    reachedAt: reachedAt(content),
    wants: lineOrNull(content.wants, 240),
    tag: content.score?.tag ?? null,
    score: scoreOf(content),
    whyNow: lines(content.whyNow, 240),
    promised: lines(content.promised, 160),
    timeLeft: timeLeft(item.replyWindowEndsAt, now),
    openUrl: webAddress(item.openUrl),
    takeOverUrl: webAddress(item.takeOverUrl),
  };
}

function whoOf({ who }: NotificationContent): string {
  const name =
    lineOrNull(who.name, 80) ??
    lineOrNull(who.phone, 40) ??
    lineOrNull(who.email, 80) ??
    'Somebody';
  const company = lineOrNull(who.company, 80);
  return company === null ? name : `${name}, ${company}`;
}

function reachedAt({ who }: NotificationContent): string {
  const platform = platformNames[who.platform] ?? oneLine(who.platform, 30);
  const known = [platform, lineOrNull(who.phone, 40), lineOrNull(who.email, 120)];
  return known.filter((part) => part !== null).join(' · ');
}

function scoreOf({ score }: NotificationContent): string | null {
  if (score === null) return null;
  return `${score.tag} · ${score.total} of 15 (${Math.round(score.percent)} %)`;
}

function lines(texts: string[], maxLength: number): string[] {
  return texts
    .map((text) => oneLine(text, maxLength))
    .filter((text) => text !== '')
    .slice(0, 3);
}

/** Only what a browser opens as a page, spelt so that no character of it ends where it stands. */
function webAddress(address: string | null): string | null {
  if (address === null || !URL.canParse(address)) return null;
  const url = new URL(address);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
}

function subjectOf(kind: NotificationToSend['kind'], leads: LeadWords[]): string {
  const [first] = leads;
  if (first === undefined) return 'rapport';
  const wants = first.wants === null ? '' : ` – ${first.wants}`;
  const said = `${first.because}: ${first.who}${wants}`;
  switch (kind) {
    case 'event':
    case 'escalation':
      return oneLine(said, 150);
    case 'test':
      return oneLine(`Test – ${said}`, 150);
    case 'digest': {
      const names = leads.map(({ who }) => who).join('; ');
      return oneLine(`${countOf(leads.length)}: ${names}`, 150);
    }
  }
}

function introOf(kind: NotificationToSend['kind'], leads: LeadWords[]): string | null {
  switch (kind) {
    case 'event':
      return null;
    case 'escalation':
      return 'The customer is waiting for a person. Please look at this now.';
    case 'test':
      return 'This is a test. Your leads will be told here like this one.';
    case 'digest':
      return `${countOf(leads.length)} since the last time you were told.`;
  }
}

/** How many leads of a digest are not shown, in words; null when all are. */
export function moreWords(leads: LeadWords[], shown: number): string | null {
  return leads.length > shown ? `and ${leads.length - shown} more` : null;
}

function countOf(leads: number): string {
  return leads === 1 ? '1 lead' : `${leads} leads`;
}
