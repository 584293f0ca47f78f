import { z } from 'zod';
import { Name, Text } from '../lib/http/fields.ts';
import type { BookingRules } from './schedule.ts';

const buffer = z.number().int().min(0).max(480).optional();

/** Something that people are met for. What it does not say is as the profile has it. */
export const Service = z.strictObject({
  name: Name(100),
  durationMinutes: z.number().int().min(5).max(1_440).optional(),
  bufferBeforeMinutes: buffer,
  bufferAfterMinutes: buffer,
  description: Text({ max: 1_000 }).optional(),
});
export type Service = z.infer<typeof Service>;

/** The services of a business, each name once. */
export const Services = z
  .array(Service)
  .max(50)
  .refine(
    (services) => new Set(services.map(({ name }) => keyOf(name))).size === services.length,
    'must not have a name twice',
  );

/** What a meeting is for, how long it lasts and how it is placed. `service` is null where a business names none. */
export type MeetingKind = { service: Service | null; durationMinutes: number; rules: BookingRules };

/** What came of the service that a customer wants. `which`: they have to say which one of `services`. */
export type ChosenKind =
  | { chosen: 'kind'; kind: MeetingKind }
  | { chosen: 'which'; services: string[] };

type Offered = {
  services: readonly Service[];
  defaultAppointmentLength: number;
  bookingRules: BookingRules;
};

/** The kind of meeting by its service's name, in any case of letters. Whoever has one service need not name it. */
export function chooseKind(profile: Offered, name: string | null): ChosenKind {
  const { services, defaultAppointmentLength, bookingRules } = profile;
  const [only] = services;
  if (only === undefined) {
    return {
      chosen: 'kind',
      kind: { service: null, durationMinutes: defaultAppointmentLength, rules: bookingRules },
    };
  }
  const named =
    name === null ? undefined : services.find((service) => isSameService(service.name, name));
  const service = named ?? (services.length === 1 && name === null ? only : undefined);
  if (service === undefined) {
    return { chosen: 'which', services: services.map((one) => one.name) };
  }
  return {
    chosen: 'kind',
    kind: {
      service,
      durationMinutes: service.durationMinutes ?? defaultAppointmentLength,
      rules: {
        ...bookingRules,
        bufferBeforeMinutes: service.bufferBeforeMinutes ?? bookingRules.bufferBeforeMinutes,
        bufferAfterMinutes: service.bufferAfterMinutes ?? bookingRules.bufferAfterMinutes,
      },
    },
  };
}

/** Whether two names mean the same service. */
export function isSameService(one: string, other: string): boolean {
  return keyOf(one) === keyOf(other);
}

function keyOf(name: string): string {
  return name.trim().toLowerCase();
}
