import type { NotificationToSend } from '../notifier.ts';
import {
  type LeadWords,
  maxMailedLeads,
  moreWords,
  openLabel,
  takeOverLabel,
  wordsOf,
} from './render-words.ts';

/** A message as plain text, with a subject of one line. */
export function renderText(notification: NotificationToSend): { subject: string; text: string } {
  const { subject, intro, leads } = wordsOf(notification);
  const more = moreWords(leads, maxMailedLeads);
  const parts = [intro, ...leads.slice(0, maxMailedLeads).map(leadText), more].filter(
    (part) => part !== null,
  );
  return { subject, text: `${parts.join('\n\n---\n\n')}\n` };
}

function leadText(lead: LeadWords): string {
  const lines = [
    `${lead.because}: ${lead.who}`,
    [lead.score, lead.timeLeft].filter((part) => part !== null).join(' – '),
    lead.reachedAt,
    ...(lead.wants === null ? [] : ['', `Wants: ${lead.wants}`]),
    ...(lead.whyNow.length === 0
      ? []
      : ['', 'Why now:', ...lead.whyNow.map((quote) => `  "${quote}"`)]),
    ...(lead.promised.length === 0
      ? []
      : ['', 'We promised:', ...lead.promised.map((promise) => `  - ${promise}`)]),
    '',
    ...(lead.openUrl === null ? [] : [`${openLabel}: ${lead.openUrl}`]),
    ...(lead.takeOverUrl === null ? [] : [`${takeOverLabel}: ${lead.takeOverUrl}`]),
  ];
  return lines
    .filter((line, place) => line !== '' || lines[place - 1] !== '')
    .join('\n')
    .trimEnd();
}
