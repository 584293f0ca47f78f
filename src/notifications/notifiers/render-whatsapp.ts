import type { NotificationToSend } from '../notifier.ts';
import { oneLine } from './render-line.ts';
import { type LeadWords, wordsOf } from './render-words.ts';

/** What a parameter of a template may say. */
export const templateFields = [
  'because',
  'who',
  'wants',
  'why_now',
  'promised',
  'score',
  'time_left',
  'contact',
  'open_url',
  'take_over_url',
] as const;
export type TemplateField = (typeof templateFields)[number];

/** What fills {{1}} to {{6}} of a template unless its target says otherwise. */
export const defaultTemplateFields: TemplateField[] = [
  'because',
  'who',
  'wants',
  'why_now',
  'time_left',
  'open_url',
];

/** A template's body has 1,024 characters, with its own words and all parameters. */
const maxTogether = 700;

/**
 * The parameters of a template's body, in the order of the fields. Meta refuses an empty one, a line break, a tab and
 * five spaces in a row, so each is one line and never empty.
 */
export function renderTemplateParameters(
  notification: NotificationToSend,
  fields: TemplateField[],
): string[] {
  const { subject, leads } = wordsOf(notification);
  const [first] = leads;
  const texts = fields.map((field) => {
    if (first === undefined) return subject;
    if (notification.kind === 'digest' && leads.length > 1) return digestField(leads, first, field);
    const text = leadField(first, field);
    return field === 'because' && notification.kind === 'test' ? `Test – ${text}` : text;
  });
  return fitted(texts, fields);
}

function digestField(leads: LeadWords[], first: LeadWords, field: TemplateField): string {
  if (field === 'because') return `${leads.length} leads`;
  if (field === 'who') return leads.map(({ who }) => who).join('; ');
  if (field === 'wants') return leads.map(({ wants }) => wants ?? '–').join('; ');
  return leadField(first, field);
}

function leadField(lead: LeadWords, field: TemplateField): string {
  switch (field) {
    case 'because':
      return lead.because;
    case 'who':
      return lead.who;
    case 'wants':
      return lead.wants ?? '';
    case 'why_now':
      return lead.whyNow.map((quote) => `“${quote}”`).join(' ');
    case 'promised':
      return lead.promised.join('; ');
    case 'score':
      return lead.score ?? '';
    case 'time_left':
      return lead.timeLeft ?? '';
    case 'contact':
      return lead.reachedAt;
    case 'open_url':
      return lead.openUrl ?? '';
    case 'take_over_url':
      return lead.takeOverUrl ?? '';
  }
}

/** Addresses stay whole, or they would lead nowhere; the other texts share what is left. */
function fitted(texts: string[], fields: TemplateField[]): string[] {
  const isAddress = (place: number): boolean => fields[place]?.endsWith('_url') ?? false;
  const addressLength = texts
    .filter((_, place) => isAddress(place))
    .reduce((length, text) => length + text.length, 0);
  const others = fields.filter((_, place) => !isAddress(place)).length;
  const share = Math.max(20, Math.floor((maxTogether - addressLength) / Math.max(1, others)));
  return texts.map((text, place) => {
    const line = isAddress(place) ? text : oneLine(text, share);
    return line === '' ? '–' : line;
  });
}
