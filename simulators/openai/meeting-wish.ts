const weekdays: [string, RegExp][] = [
  ['mon', /\b(monday|lunes|segunda(-feira)?|montag|lundi|lunedì)\b/i],
  ['tue', /\b(tuesday|martes|terça(-feira)?|dienstag|mardi|martedì)\b/i],
  ['wed', /\b(wednesday|miércoles|quarta(-feira)?|mittwoch|mercredi|mercoledì)\b/i],
  ['thu', /\b(thursday|jueves|quinta(-feira)?|donnerstag|jeudi|giovedì)\b/i],
  ['fri', /\b(friday|viernes|sexta(-feira)?|freitag|vendredi|venerdì)\b/i],
  ['sat', /\b(saturday|sábado|samstag|samedi|sabato)\b/i],
  ['sun', /\b(sunday|domingo|sonntag|dimanche|domenica)\b/i],
];

/** What the simulated model reads in a customer's words about a time; `isNamed`: there was something to read. */
export function readWish(text: string): { reading: object; isNamed: boolean } {
  const day = readDay(text);
  const partOfDay = readPart(text);
  const [, hour, minute = '00'] =
    /\b(?:at|a las|às|um) (\d{1,2})(?:[:.h](\d{2}))?\b/i.exec(text) ?? [];
  const time = hour === undefined ? null : `${hour.padStart(2, '0')}:${minute}`;
  return {
    reading: { day, partOfDay, from: time, to: time },
    isNamed: day.kind !== 'any' || partOfDay !== 'any' || time !== null,
  };
}

function readDay(text: string) {
  const none = { weekday: null, week: null, date: null };
  const date = /\b\d{4}-\d{2}-\d{2}\b/.exec(text)?.[0];
  const weekday = weekdays.find(([, word]) => word.test(text))?.[0] ?? null;
  const week = weekOf(text);
  if (date !== undefined) return { ...none, kind: 'date', weekday, date };
  if (/\bday after tomorrow\b|\bpasado mañana\b/i.test(text)) {
    return { ...none, kind: 'day_after_tomorrow' };
  }
  if (/\btomorrow\b|\bmañana\b(?! por)|\bamanhã\b|\bmorgen\b|\bdemain\b|\bdomani\b/i.test(text)) {
    return { ...none, kind: 'tomorrow' };
  }
  if (/\btoday\b|\bhoy\b|\bhoje\b|\bheute\b/i.test(text)) return { ...none, kind: 'today' };
  if (weekday !== null) return { ...none, kind: 'weekday', weekday, week };
  return week === null ? { ...none, kind: 'any' } : { ...none, kind: 'week', week };
}

function weekOf(text: string): 'this' | 'next' | null {
  if (/\bnext week\b|\bpróxima semana\b|\bnächste woche\b/i.test(text)) return 'next';
  return /\bthis week\b|\besta semana\b|\bdiese woche\b/i.test(text) ? 'this' : null;
}

function readPart(text: string): 'any' | 'morning' | 'afternoon' | 'evening' {
  if (/\bmorning\b|\bpor la mañana\b|\bde manhã\b|\bvormittag/i.test(text)) return 'morning';
  if (/\bafternoon\b|\btarde\b|\bnachmittag/i.test(text)) return 'afternoon';
  return /\bevening\b|\bnoche\b|\bnoite\b|\babend/i.test(text) ? 'evening' : 'any';
}
