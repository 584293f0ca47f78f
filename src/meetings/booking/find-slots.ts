import type { Interval } from '../../availability/intervals.ts';
import { offerSlots } from '../../availability/offer-slots.ts';
import { type ResolvedWish, resolveWish } from '../../availability/resolve-wish.ts';
import type { WishReading } from '../../availability/wish-reading.ts';
import { asTenant } from '../../lib/tenant.ts';
import { findMeeting } from '../find-meeting.ts';
import type { Booker, BookingDeps } from './booking-deps.ts';
import { type BookingFacts, readBookingFacts } from './booking-facts.ts';
import { obstacleOf } from './check-slot.ts';
import { type HeldSlot, holdSlots, type SlotToHold } from './hold-slots.ts';
import { type LastBooked, readLastBooked } from './own-times.ts';
import { type Placement, placementOf } from './placement.ts';
import { freeTimesOf, readTakenTimes, type TakenTimes } from './taken-times.ts';

/** What a customer asks for: their words, and what the model reads in them. */
export type SlotsAsked = Booker & {
  customerSaid: string;
  reading: WishReading;
  /** The name of a service; null where the customer named none. */
  service: string | null;
  /** The customer's zone, if they told; null for the one they were told times in before, else the business's. */
  timeZone: string | null;
  language: string;
  /** A meeting that is to be moved: the slots are of the same person and length. */
  forMeetingId: string | null;
};

/** What was found. `held` is empty where nothing is free in what was asked. */
export type SlotsFound =
  | {
      found: 'slots';
      held: HeldSlot[];
      facts: BookingFacts;
      timeZone: string;
      /** What the wish was taken to be, in words for the model. */
      understood: string;
      isEverythingHeld: boolean;
    }
  | { found: 'unclear' | 'past'; text: string }
  | { found: 'unknown_service'; services: string[] }
  | {
      found:
        | 'unknown_meeting'
        | 'no_bookings'
        | 'calendar_needs_attention'
        | 'calendar_unavailable';
    };

/**
 * Finds times that are free in what a customer asked for, and holds some for them for the minutes that the business
 * gives its customers to decide. What the conversation held before is let go.
 */
export async function findSlots(deps: BookingDeps, asked: SlotsAsked): Promise<SlotsFound> {
  const now = deps.now();
  const known = await asTenant(deps.app, asked.userId, async (tx) => ({
    facts: await readBookingFacts(tx, asked),
    moving:
      asked.forMeetingId === null
        ? null
        : await findMeeting(tx, { ...asked, meetingId: asked.forMeetingId }),
  }));
  if (known.facts === undefined) return { found: 'no_bookings' };
  if (known.moving === undefined) return { found: 'unknown_meeting' };
  const { facts, moving } = known;
  const placement = placementOf(facts, asked.service, moving);
  if (placement === undefined) {
    return { found: 'unknown_service', services: facts.profile.services.map(({ name }) => name) };
  }
  const timeZone = asked.timeZone ?? facts.customer?.timeZone ?? facts.profile.businessTimezone;
  const wish = resolveWish(asked.reading, {
    now,
    timeZone,
    horizonDays: facts.profile.bookingRules.horizonDays,
    customerSaid: asked.customerSaid,
  });
  if (wish.wish !== 'times') return { found: wish.wish, text: wish.text };
  const horizon = horizonOf(facts, now);
  const within = wish.within.map((one) => overlapOf(one, horizon)).filter(isSome);
  const read = await readTaken(deps, { ...asked, facts, placement, within, now });
  if ('found' in read) return read;
  const candidates = candidatesFor({
    facts,
    placement,
    wish: { ...wish, within },
    now,
    ...read,
  });
  const held = await asTenant(deps.app, asked.userId, (tx) =>
    holdSlots(tx, deps.newId, {
      ...asked,
      agentId: facts.agentId,
      candidates: candidates('respecting holds'),
      atMost: facts.profile.bookingRules.offerAtMost,
      holdMinutes: facts.profile.bookingRules.holdMinutes,
      title: placement.title,
      service: placement.service,
      timeZone,
      now,
    }),
  );
  const isEverythingHeld = held.length === 0 && candidates('ignoring holds').length > 0;
  return {
    found: 'slots',
    held,
    facts,
    timeZone,
    understood: wish.understood.text,
    isEverythingHeld,
  };
}

type Wish = Extract<ResolvedWish, { wish: 'times' }>;

type Taken = TakenTimes & { lastBooked: LastBooked[] };

async function readTaken(
  deps: BookingDeps,
  asked: SlotsAsked & {
    facts: BookingFacts;
    placement: Placement;
    within: Interval[];
    now: Date;
  },
): Promise<Taken | { found: 'calendar_needs_attention' | 'calendar_unavailable' }> {
  const { within, now, userId } = asked;
  const [first] = within;
  const last = within.at(-1);
  if (first === undefined || last === undefined) {
    return { busy: new Map(), own: [], lastBooked: [] };
  }
  try {
    const whole = { start: first.start, end: last.end };
    const taken = await readTakenTimes(deps, { ...asked, within: whole });
    const lastBooked = await asTenant(deps.app, userId, (tx) => readLastBooked(tx, userId, now));
    return { ...taken, lastBooked };
  } catch (error) {
    return { found: obstacleOf(deps, userId, error) };
  }
}

/** The free slots in the order in which they are offered; also those that others hold, or not. */
function candidatesFor(
  known: Taken & {
    facts: BookingFacts;
    placement: Placement;
    wish: Wish;
    now: Date;
  },
): (holds: 'respecting holds' | 'ignoring holds') => SlotToHold[] {
  const { facts, placement, wish, now, lastBooked } = known;
  return (holds) => {
    const taken = known.own.filter(
      ({ isOwnHold, isHeld }) => !(isOwnHold || (isHeld && holds === 'ignoring holds')),
    );
    const people = placement.people.map((person) => {
      const busy = known.busy.get(person.personId) ?? [];
      const { durationMinutes } = placement;
      const free = wish.within.flatMap((one) =>
        freeTimesOf(person, { durationMinutes, busy, own: taken, within: one, now }),
      );
      const last = lastBooked.find(({ personId }) => personId === person.personId);
      return {
        personId: person.personId,
        // Who does not give it is not among them.
        services: null,
        free,
        lastBookedAt: last?.lastAt ?? null,
        recentBookings: last?.count ?? 0,
      };
    });
    const { offerAtMost } = facts.profile.bookingRules;
    return offerSlots({ people, wish, service: placement.service, offerAtMost }).map((slot) => ({
      ...slot,
      gapMinutes: placement.gapMinutes,
    }));
  };
}

function horizonOf({ profile }: BookingFacts, now: Date): Interval {
  const { horizonDays } = profile.bookingRules;
  return { start: now, end: new Date(now.getTime() + horizonDays * 86_400_000) };
}

function overlapOf(one: Interval, other: Interval): Interval | undefined {
  const start = new Date(Math.max(one.start.getTime(), other.start.getTime()));
  const end = new Date(Math.min(one.end.getTime(), other.end.getTime()));
  return start < end ? { start, end } : undefined;
}

function isSome<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}
