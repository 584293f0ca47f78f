import type { BookablePerson } from '../../availability/bookable-people.ts';
import { scheduleOf } from '../../availability/business-profiles.ts';
import type { BookingRules, Schedule } from '../../availability/schedule.ts';
import type { MeetingRow } from '../meeting.ts';
import type { BookingFacts } from './booking-facts.ts';

/** A person as slots are looked for: with the hours and rules that count for them. */
export type PlacedPerson = BookablePerson & { schedule: Schedule; rules: BookingRules };

/** How a wanted meeting is placed: its length, what stays free around it, and who gives it. */
export type Placement = {
  title: string;
  service: string | null;
  durationMinutes: number;
  /** Stays free after it, and so before the next. */
  gapMinutes: number;
  people: PlacedPerson[];
};

/** What is looked for: of a meeting that moves, the same person and length; undefined for a service that there is not, or none where there are several. */
export function placementOf(
  { profile, people }: Pick<BookingFacts, 'profile' | 'people'>,
  service: string | null,
  moving: MeetingRow | null,
): Placement | undefined {
  const wanted = moving?.service ?? service;
  const [only, ...others] = profile.services;
  const onlyOne = others.length === 0 ? only : undefined;
  const named =
    wanted === null ? onlyOne : profile.services.find(({ name }) => sameName(name, wanted));
  // A meeting keeps its service, also when the business does not offer it any more.
  if (named === undefined && profile.services.length > 0 && moving === null) return undefined;
  const rules: BookingRules = {
    ...profile.bookingRules,
    bufferBeforeMinutes: named?.bufferBeforeMinutes ?? profile.bookingRules.bufferBeforeMinutes,
    bufferAfterMinutes: named?.bufferAfterMinutes ?? profile.bookingRules.bufferAfterMinutes,
  };
  const title = moving?.title ?? named?.name ?? `Meeting with ${profile.businessName ?? 'us'}`;
  return {
    title,
    service: named?.name ?? moving?.service ?? null,
    durationMinutes:
      moving?.durationMinutes ?? named?.durationMinutes ?? profile.defaultAppointmentLength,
    gapMinutes: Math.max(rules.bufferBeforeMinutes, rules.bufferAfterMinutes),
    people: people
      .filter(({ personId, services }) =>
        moving === null ? gives(services, named?.name) : personId === moving.personId,
      )
      .map((person) => ({
        ...person,
        schedule: person.schedule ?? scheduleOf(profile),
        rules: withLimit(rules, person.maxPerDay),
      })),
  };
}

function gives(services: string[] | null, name: string | undefined): boolean {
  return services === null || name === undefined || services.includes(name);
}

function sameName(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

function withLimit(rules: BookingRules, maxPerDay: number | null): BookingRules {
  return maxPerDay === null ? rules : { ...rules, maxPerDay };
}
