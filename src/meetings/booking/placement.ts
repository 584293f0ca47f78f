import { type BookablePerson, gives, rulesFor } from '../../availability/bookable-people.ts';
import { scheduleOf } from '../../availability/business-profiles.ts';
import type { BookingRules, Schedule } from '../../availability/schedule.ts';
import { chooseKind } from '../../availability/services.ts';
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

/** What is looked for: of a meeting that moves, the same person and length; else the services to choose from. */
export function placementOf(
  { profile, people }: Pick<BookingFacts, 'profile' | 'people'>,
  service: string | null,
  moving: Pick<MeetingRow, 'service' | 'title' | 'durationMinutes' | 'personId'> | null,
): Placement | undefined {
  const chosen = chooseKind(profile, moving === null ? service : moving.service);
  // A meeting keeps its service, also when the business does not offer it any more.
  if (chosen.chosen === 'which' && moving === null) return undefined;
  const kind = chosen.chosen === 'kind' ? chosen.kind : undefined;
  const rules = kind?.rules ?? profile.bookingRules;
  const name = kind?.service?.name ?? moving?.service ?? null;
  return {
    title: moving?.title ?? name ?? `Meeting with ${profile.businessName ?? 'us'}`,
    service: name,
    durationMinutes:
      moving?.durationMinutes ?? kind?.durationMinutes ?? profile.defaultAppointmentLength,
    gapMinutes: Math.max(rules.bufferBeforeMinutes, rules.bufferAfterMinutes),
    people: people
      .filter((person) =>
        moving === null ? gives(person, name) : person.personId === moving.personId,
      )
      .map((person) => ({
        ...person,
        schedule: person.schedule ?? scheduleOf(profile),
        rules: rulesFor(rules, person),
      })),
  };
}
