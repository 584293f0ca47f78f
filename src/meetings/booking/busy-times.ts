import type { BookablePerson } from '../../availability/bookable-people.ts';
import type { Interval } from '../../availability/intervals.ts';
import type { Connection } from '../connection/read-connection.ts';
import type { BookingDeps } from './booking-deps.ts';

/** What ends just before, and what begins just after, is within the time that has to stay free around a meeting. */
const aroundMs = 86_400_000;

/** When each person is busy by their calendars; nobody is where no calendar is connected. */
export type BusyByPerson = Map<string, Interval[]>;

/**
 * Asks the calendars when people are busy; people who share their calendars are asked about once. Throws what
 * `withCalendar` and `Calendar.busy` throw: what cannot be read is not free.
 */
export async function readBusyTimes(
  deps: Pick<BookingDeps, 'calendar' | 'withCalendar'>,
  asked: {
    userId: string;
    people: Pick<BookablePerson, 'personId' | 'checkCalendarIds' | 'calendarId'>[];
    connection: Connection | undefined;
    within: Interval;
  },
): Promise<BusyByPerson> {
  const { connection } = asked;
  if (connection === undefined) return new Map();
  const groups = Map.groupBy(asked.people, (person) =>
    JSON.stringify(calendarsOf(person, connection)),
  );
  return deps.withCalendar(asked.userId, async (access) => {
    const busy: BusyByPerson = new Map();
    for (const people of groups.values()) {
      const [first] = people;
      if (first === undefined) continue;
      const calendarIds = calendarsOf(first, connection);
      const times: Interval[] = [];
      for (const within of pieces(asked.within)) {
        times.push(...(await deps.calendar.busy(access, { calendarIds, within })));
      }
      for (const { personId } of people) busy.set(personId, times);
    }
    return busy;
  });
}

/** Google tells of some 90 days at once, and refuses more. */
const pieceMs = 60 * 86_400_000;

function pieces({ start, end }: Interval): Interval[] {
  const from = start.getTime() - aroundMs;
  const to = end.getTime() + aroundMs;
  return Array.from({ length: Math.ceil((to - from) / pieceMs) }, (_, index) => ({
    start: new Date(from + index * pieceMs),
    end: new Date(Math.min(to, from + (index + 1) * pieceMs)),
  }));
}

/** The calendars that say when a person is busy: always also the one that their meetings are written to. */
function calendarsOf(
  person: Pick<BookablePerson, 'checkCalendarIds' | 'calendarId'>,
  connection: Connection,
): string[] {
  const checked = person.checkCalendarIds ?? connection.checkCalendarIds;
  return [...new Set([...checked, writeCalendarOf(person, connection)])].sort();
}

/** The calendar that a person's meetings are written to. */
export function writeCalendarOf(
  person: Pick<BookablePerson, 'calendarId'>,
  connection: Pick<Connection, 'writeCalendarId'>,
): string {
  return person.calendarId ?? connection.writeCalendarId;
}
