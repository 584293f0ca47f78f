import { instantOf, localDay } from '../lib/local-times.ts';
import { demoBusiness, demoErrands } from './demo-business.ts';

const { timeZone } = demoBusiness;

/** What the people of the demo business have to do from now on, each on a day on which they work. Times are ISO 8601. */
export function errandTimes(now: Date): { summary: string; start: string; end: string }[] {
  return demoErrands.map(({ summary, inWorkdays, from, to }) => {
    const date = workdayAfter(now, inWorkdays);
    const at = (time: string): string => instantOf(date, time, timeZone, 'first').toISOString();
    return { summary, start: at(from), end: at(to) };
  });
}

function workdayAfter(now: Date, workdays: number): string {
  const days = Array.from({ length: workdays * 2 + 3 }, (_, index) =>
    localDay(now, timeZone, index + 1),
  );
  const open = days.filter(({ weekday }) => weekday !== 'sat' && weekday !== 'sun');
  return open[workdays - 1]?.date ?? localDay(now, timeZone, workdays).date;
}
