import { instantOf, localDay, localTime } from '../lib/local-times.ts';
import type { Interval } from './intervals.ts';

/**
 * Says when a meeting is, in a language: weekday, date, year, from when to when, and whose clock that is. A time that
 * the clock shows twice, on the night it is put back, says which by its offset. In English for a language unknown.
 */
export function sayTime(
  { start, end }: Interval,
  { timeZone, language }: { timeZone: string; language: string },
): string {
  const locale = localeOf(language);
  const range = sayRange({ start, end }, { timeZone, locale });
  return `${sayDate(start, timeZone, locale)}, ${range} (${sayZone({ start, end }, timeZone, locale)})`;
}

/** Says when a meeting is as sayTime does and, where the business's clock shows another time, that one too. */
export function sayBoth(
  slot: Interval,
  options: { timeZone: string; language: string; businessTimeZone: string },
): string {
  const { timeZone, language, businessTimeZone } = options;
  const own = sayTime(slot, { timeZone, language });
  if ([slot.start, slot.end].every((at) => showsSame(at, timeZone, businessTimeZone))) return own;
  if (localDay(slot.start, timeZone).date !== localDay(slot.start, businessTimeZone).date) {
    return `${own} = ${sayTime(slot, { timeZone: businessTimeZone, language })}`;
  }
  const locale = localeOf(language);
  const range = sayRange(slot, { timeZone: businessTimeZone, locale });
  return `${own} = ${range} (${sayZone(slot, businessTimeZone, locale)})`;
}

/** The locale that Intl knows for a language; English, of no country in particular, for one it does not know. */
function localeOf(language: string): string {
  const wanted = language.trim().replaceAll('_', '-');
  try {
    const [known] = Intl.DateTimeFormat.supportedLocalesOf([wanted]);
    return known === undefined || known === 'en' ? 'en-GB' : known;
  } catch {
    return 'en-GB';
  }
}

function sayDate(at: Date, timeZone: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    ...usual,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone,
  }).format(at);
}

// A calendar and digits that every other system of the business reads the same way.
const usual = { calendar: 'gregory', numberingSystem: 'latn' } as const;

function sayRange(
  { start, end }: Interval,
  { timeZone, locale }: { timeZone: string; locale: string },
): string {
  const format = new Intl.DateTimeFormat(locale, {
    ...usual,
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  });
  const say = (at: Date) =>
    isTwice(at, timeZone)
      ? `${format.format(at)} ${zoneName(at, timeZone, locale, 'shortOffset')}`
      : format.format(at);
  const isOneDay = localDay(start, timeZone).date === localDay(end, timeZone).date;
  return `${say(start)}–${isOneDay ? '' : `${sayDate(end, timeZone, locale)}, `}${say(end)}`;
}

function sayZone({ start }: Interval, timeZone: string, locale: string): string {
  const name = zoneName(start, timeZone, locale, 'shortGeneric');
  const isReadable = !/^[A-Z]{2,5}$/.test(name) && !/\d/.test(name);
  if (isReadable) return name;
  const city = timeZone.split('/').at(-1)?.replaceAll('_', ' ') ?? timeZone;
  return `${city}, ${zoneName(start, timeZone, locale, 'shortOffset')}`;
}

function zoneName(
  at: Date,
  timeZone: string,
  locale: string,
  timeZoneName: 'shortGeneric' | 'shortOffset',
): string {
  const parts = new Intl.DateTimeFormat(locale, { ...usual, timeZone, timeZoneName });
  return parts.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
}

function isTwice(at: Date, timeZone: string): boolean {
  const { date } = localDay(at, timeZone);
  const time = localTime(at, timeZone);
  const first = instantOf(date, time, timeZone, 'first');
  return first.getTime() !== instantOf(date, time, timeZone, 'last').getTime();
}

function showsSame(at: Date, timeZone: string, otherZone: string): boolean {
  return (
    localTime(at, timeZone) === localTime(at, otherZone) &&
    localDay(at, timeZone).date === localDay(at, otherZone).date
  );
}
