import type { MeetingMessageKind } from '../owe-messages.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { it } from './it.ts';
import { pt } from './pt.ts';

/** What a customer is told about meetings, in one language. `what` is the meeting's title, `when` says day, time and zone. */
export type MeetingWords = {
  hello: (name: string) => string;
  helloUnnamed: string;
  /** In the place of a name, where a template has to have one. */
  unnamed: string;
  say: Record<MeetingMessageKind, (what: string, when: string) => string>;
  joinAt: (url: string) => string;
  addToCalendar: (url: string) => string;
};

const languages: Record<string, MeetingWords> = { de, en, es, fr, it, pt };

/** The words of a language such as `pt-BR`, by its base; English for one that we do not speak. `language` is which it is. */
export function wordsFor(language: string): { language: string; words: MeetingWords } {
  const wanted = language.trim().replaceAll('_', '-');
  const base = wanted.split('-')[0]?.toLowerCase() ?? '';
  const words = Object.hasOwn(languages, base) ? languages[base] : undefined;
  if (words === undefined) return { language: 'en', words: en };
  return { language: isLocale(wanted) ? wanted : base, words };
}

function isLocale(language: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf([language]).length > 0;
  } catch {
    return false;
  }
}
