import { type Weekday, weekdays } from '../lib/local-times.ts';

/**
 * A weekday that the customer's words name and that is not the only day understood; undefined when they name none, that
 * one too, or several days are meant. In English, Spanish, Portuguese, German, French and Italian.
 */
export function wordsContradict(
  customerSaid: string,
  understood: { weekday: Weekday | null },
): Weekday | undefined {
  if (understood.weekday === null) return undefined;
  const named = namedWeekdays(customerSaid);
  return named.includes(understood.weekday) ? undefined : named[0];
}

/** The weekdays that a text names, in the order of the week. */
export function namedWeekdays(text: string): Weekday[] {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return weekdays.filter((weekday) => forms[weekday].test(plain));
}

// Portuguese numbers its days: `quarta` by itself is also a fourth of something, and only a day after `na` and the like.
const before = '\\b(?:n?[ae]st[ae]|ness?a|essa|esta|na|a proxima|proxima|para|ate|toda) ';
const after = '(?!\\w| (?:vez|semana|opcao|parte|hora|metade|pessoa|pergunta))';

const portuguese = (name: string) => `\\b${name}[- ]feira|${before}${name}${after}`;
const whole = (...names: string[]) => `\\b(?:${names.join('|')})\\b`;
// German joins words: Mittwochnachmittag.
const beginning = (...names: string[]) => `\\b(?:${names.join('|')})`;

const form = (...patterns: string[]) => new RegExp(patterns.join('|'));

const forms: Record<Weekday, RegExp> = {
  mon: form(
    beginning('montag'),
    whole('mondays?', 'lunes', 'lundis?', 'lunedi'),
    portuguese('segunda'),
  ),
  tue: form(
    beginning('dienstag'),
    whole('tuesdays?', 'tues?', 'martes', 'mardis?', 'martedi'),
    portuguese('terca'),
  ),
  wed: form(
    beginning('mittwoch'),
    whole('wednesdays?', 'wed', 'miercoles', 'mercredis?', 'mercoledi'),
    portuguese('quarta'),
  ),
  thu: form(
    beginning('donnerstag'),
    whole('thursdays?', 'thu(?:rs?)?', 'jueves', 'jeudis?', 'giovedi'),
    portuguese('quinta'),
  ),
  fri: form(
    beginning('freitag'),
    whole('fridays?', 'fri', 'viernes', 'vendredis?', 'venerdi'),
    portuguese('sexta'),
  ),
  // Samstag, and Sonnabend where people say so; Saturday is the same word in Spanish and Portuguese.
  sat: form(
    beginning('samstag', 'sonnabend'),
    whole('saturdays?', 'sabados?', 'samedis?', 'sabato'),
  ),
  sun: form(beginning('sonntag'), whole('sundays?', 'domingos?', 'dimanches?', 'domenica')),
};
