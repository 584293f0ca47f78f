import { freeSlots } from '../../availability/free-slots.ts';
import type { Interval } from '../../availability/intervals.ts';
import { asTenant } from '../../lib/tenant.ts';
import type { Booker, BookingDeps } from './booking-deps.ts';
import type { BookingFacts } from './booking-facts.ts';
import { type BusyByPerson, readBusyTimes } from './busy-times.ts';
import { type OwnTime, readOwnTimes } from './own-times.ts';
import type { PlacedPerson, Placement } from './placement.ts';

/** When people are taken: by their calendars, and by what is booked or held here. */
export type TakenTimes = { busy: BusyByPerson; own: OwnTime[] };

/** Reads when the people of a placement are taken. Throws what `readBusyTimes` throws: what cannot be read is not free. */
export async function readTakenTimes(
  deps: Pick<BookingDeps, 'app' | 'calendar' | 'withCalendar'>,
  asked: Booker & {
    facts: Pick<BookingFacts, 'connection'>;
    placement: Placement;
    within: Interval;
    now: Date;
  },
): Promise<TakenTimes> {
  const { userId, facts, placement, within } = asked;
  const busy = await readBusyTimes(deps, {
    userId,
    people: placement.people,
    connection: facts.connection,
    within,
  });
  const own = await asTenant(deps.app, userId, (tx) => readOwnTimes(tx, asked));
  return { busy, own };
}

/** The free times of a person in `within`, beside what is taken. */
export function freeTimesOf(
  person: PlacedPerson,
  asked: {
    durationMinutes: number;
    busy: readonly Interval[];
    own: readonly OwnTime[];
    within: Interval;
    now: Date;
  },
): Interval[] {
  const theirs = asked.own.filter(({ personId }) => personId === person.personId);
  return freeSlots({
    schedule: person.schedule,
    rules: person.rules,
    durationMinutes: asked.durationMinutes,
    busy: [...asked.busy, ...theirs],
    booked: theirs,
    now: asked.now,
    within: asked.within,
  });
}
