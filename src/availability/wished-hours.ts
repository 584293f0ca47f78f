import type { WishReading } from './wish-reading.ts';

/** The time of day that is meant, from `from` until before `to`; midnight at the end is 24:00. */
export type WishedHours = {
  from: string;
  to: string;
  /** One time to begin at was named. */
  isExact: boolean;
  /** When the customer has to leave was named: a meeting is over by then. */
  mustEnd: boolean;
};

const parts = {
  any: { from: '00:00', to: '24:00' },
  morning: { from: '06:00', to: '12:00' },
  afternoon: { from: '12:00', to: '18:00' },
  evening: { from: '18:00', to: '23:00' },
} as const;

/** Works out the time of day of a wish; undefined when what was said of it cannot be true together. */
export function wishedHours({
  partOfDay,
  from,
  to,
}: Pick<WishReading, 'partOfDay' | 'from' | 'to'>): WishedHours | undefined {
  const part = parts[partOfDay];
  if (from !== null && from === to) {
    // What people call an afternoon is not so exact that 18:30 or 11:30 could not be one.
    if (from < earlier(part.from) || from > later(part.to)) return undefined;
    return { from, to: from, isExact: true, mustEnd: false };
  }
  const until = to === '00:00' ? '24:00' : to;
  const hours = {
    from: from === null || from < part.from ? part.from : from,
    to: until === null || until > part.to ? part.to : until,
  };
  if (hours.from >= hours.to || (from !== null && until !== null && from >= until)) {
    return undefined;
  }
  return { ...hours, isExact: false, mustEnd: until !== null };
}

const slackHours = 2;

function earlier(time: string): string {
  return shifted(time, -slackHours);
}

function later(time: string): string {
  return shifted(time, slackHours);
}

function shifted(time: string, hours: number): string {
  const hour = Math.min(24, Math.max(0, Number(time.slice(0, 2)) + hours));
  return `${String(hour).padStart(2, '0')}${time.slice(2)}`;
}
