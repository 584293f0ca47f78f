import { localDay } from '../lib/local-times.ts';
import { gives } from './bookable-people.ts';
import type { Interval } from './intervals.ts';
import { spreadOut } from './spread-out.ts';

/** A person with the slots they are free at, and how they were booked lately. */
export type PersonSlots = {
  personId: string;
  /** The services that they give; null: all. */
  services: string[] | null;
  free: readonly Interval[];
  recentBookings: number;
  lastBookedAt: Date | null;
};

/** A slot that may be offered. */
export type Candidate = Interval & { personId: string };

export type OfferQuestion = {
  people: readonly PersonSlots[];
  /** As resolveWish answers it. */
  wish: {
    within: readonly Interval[];
    mustEndWithin: boolean;
    isOpen: boolean;
    understood: { timeZone: string };
  };
  /** By its name; null for a meeting without one. */
  service: string | null;
  offerAtMost: number;
};

/**
 * All slots that may be offered, the best first: any beginning of the list is spread over the time that was asked for.
 * Each time is there once, with the person whose turn it is: who was booked the least lately, then the longest ago.
 * Where no day was named, the first days with a free slot come before all others.
 */
export function offerSlots({ people, wish, service, offerAtMost }: OfferQuestion): Candidate[] {
  const byTime = new Map<number, Candidate>();
  for (const person of inTurn(people.filter((one) => gives(one, service)))) {
    for (const slot of person.free) {
      const time = slot.start.getTime();
      if (!byTime.has(time) && isAskedFor(slot, wish)) {
        byTime.set(time, { start: slot.start, end: slot.end, personId: person.personId });
      }
    }
  }
  const candidates = [...byTime.values()].sort((one, other) => +one.start - +other.start);
  if (!wish.isOpen) return spreadOut(candidates);
  const soon = candidates.slice(0, endOfDays(candidates, wish.understood.timeZone, offerAtMost));
  return [...spreadOut(soon), ...candidates.slice(soon.length)];
}

/** How many of the slots, in order, are on the first so many days that have any. */
function endOfDays(slots: readonly Interval[], timeZone: string, days: number): number {
  const seen = new Set<string>();
  for (const [index, { start }] of slots.entries()) {
    seen.add(localDay(start, timeZone).date);
    if (seen.size > days) return index;
  }
  return slots.length;
}

/** Whose turn it is, the first one first. */
function inTurn(people: readonly PersonSlots[]): PersonSlots[] {
  return people.toSorted(
    (one, other) =>
      one.recentBookings - other.recentBookings ||
      bookedAt(one) - bookedAt(other) ||
      (one.personId < other.personId ? -1 : 1),
  );
}

function bookedAt({ lastBookedAt }: PersonSlots): number {
  return lastBookedAt?.getTime() ?? 0;
}

function isAskedFor(slot: Interval, { within, mustEndWithin }: OfferQuestion['wish']): boolean {
  return within.some(
    ({ start, end }) =>
      slot.start >= start && slot.start < end && (!mustEndWithin || slot.end <= end),
  );
}
