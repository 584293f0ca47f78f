/** Says when a meeting is, in a language that Intl knows and on the clock of a zone: weekday, date, time and zone. */
export function sayWhen(
  at: Date,
  { timeZone, language }: { timeZone: string; language: string },
): string {
  const locale = language === 'en' ? 'en-GB' : language;
  const shown = { calendar: 'gregory', numberingSystem: 'latn', timeZone } as const;
  const date = new Intl.DateTimeFormat(locale, {
    ...shown,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  }).format(at);
  const time = new Intl.DateTimeFormat(locale, {
    ...shown,
    hour: '2-digit',
    minute: '2-digit',
  }).format(at);
  const offset = new Intl.DateTimeFormat(locale, { ...shown, timeZoneName: 'shortOffset' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const city = timeZone.split('/').at(-1)?.replaceAll('_', ' ') ?? timeZone;
  return `${date}, ${time} (${city}, ${offset ?? timeZone})`;
}
